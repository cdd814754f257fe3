using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Auditing;

/// <summary>Something that was done, or refused.</summary>
/// <param name="Origin">Who, and from where.</param>
/// <param name="Action">What, such as <c>request.abort</c>.</param>
public sealed record AuditEntry(Origin Origin, string Action)
{
    /// <summary>The request that it concerns.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>What was asked; never with a password or another secret in it.</summary>
    public JsonObject? Details { get; init; }

    /// <summary>What it changed, as that was; as people may see it.</summary>
    public JsonObject? Before { get; init; }

    /// <summary>The same, as it is now.</summary>
    public JsonObject? After { get; init; }

    /// <summary>Why it was refused; null when it was not.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>For how many more of the same kind this entry stands.</summary>
    public int Folded { get; init; }
}
