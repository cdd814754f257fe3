namespace Pao.TaskHub.Grpc;

/// <summary>A hub that callers reach by its name, and who may do what on it.</summary>
internal sealed record ServedHub(string Name, EmbeddedTaskHub Hub, HubAccess Access);

/// <param name="Hub">The hub that the caller means.</param>
/// <param name="Rights">What it may do there.</param>
/// <param name="WorkerId">How it calls itself; empty when it doesn't.</param>
internal sealed record Caller(ServedHub Hub, CallerRights Rights, string WorkerId);
