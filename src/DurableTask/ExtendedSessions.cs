using Pao.DurableTask.Protocol;

namespace Pao.DurableTask;

/// <summary>
/// How a hub and a worker in one process keep a running orchestrator between its turns, with the protocol's own means:
/// the worker declares <see cref="Capability"/>; from the second turn on the hub may leave <c>pastEvents</c> empty and
/// set the properties below (the names that the Functions host uses); a worker that has not kept the orchestrator at
/// exactly the turn before answers <c>requiresHistory</c>, and gets the turn again with its history.
/// </summary>
public static class ExtendedSessions
{
    /// <summary>Declared in <c>GetWorkItemsRequest.capabilities</c>; other hubs ignore a capability they don't know.</summary>
    public const WorkerCapability Capability = (WorkerCapability)1000;

    /// <summary>Boolean property of a turn: the worker may keep the orchestrator after it.</summary>
    public const string IsExtendedSession = "IsExtendedSession";

    /// <summary>Boolean property of a turn: whether <c>pastEvents</c> holds the whole history.</summary>
    public const string IncludeState = "IncludeState";

    /// <summary>Number property of a turn: its place in the execution, from 0; a kept orchestrator must be at the one before.</summary>
    public const string Turn = "Turn";
}
