using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>One action of a request: what was prepared, how often it was tried, what it left.</summary>
public sealed record RequestAction(
    string Id,
    string Type,
    string Status,
    int Attempts,
    JsonObject? Config,
    JsonObject? Output,
    JsonObject? Error,
    string? ExternalReference,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>The component of a bundle that it belongs to; null when the request is for an item.</summary>
    public string? ComponentId { get; init; }

    /// <summary>Of its idempotency key.</summary>
    public int Revision { get; init; }

    /// <summary>What is known of its effect before it is done.</summary>
    public EffectState Effect { get; init; }

    /// <summary>What goes on outside; null unless <see cref="Effect"/> is waiting.</summary>
    public WaitedEffect? Waits { get; init; }

    /// <summary>The external system that it waits for, before an attempt.</summary>
    public string? ParkedSystem { get; init; }

    /// <summary>Since when that has been away.</summary>
    public DateTimeOffset? ParkedSince { get; init; }

    /// <summary>Whether nobody knows what became of its effect, so that a person may say it.</summary>
    internal bool IsInQuestion => Effect switch
    {
        EffectState.Open => true,
        EffectState.Waiting => (string?)Error?["code"] is ActionFailedException.OutcomeUnknown, // such as a run that was deleted
        _ => false,
    };

    /// <summary>Tells the action from the request's others: its id, after the component's where there is one.</summary>
    public string Path => ComponentId is null ? Id : $"{ComponentId}/{Id}";

    internal static RequestAction Read(Row row) => new(
        row.Text("action_id"),
        row.Text("action_type"),
        row.Text("status"),
        row.Count("attempt"),
        row.ObjectOrNull("action_config"),
        row.ObjectOrNull("output"),
        row.ObjectOrNull("error"),
        row.TextOrNull("external_reference"),
        row.TimeOrNull("started_at"),
        row.TimeOrNull("completed_at"))
    {
        ComponentId = row.Text("component_id") is { Length: > 0 } component ? component : null,
        Revision = row.Count("revision"),
        Effect = row.TextOrNull("intent") switch
        {
            "open" => EffectState.Open,
            "waiting" => EffectState.Waiting,
            _ => EffectState.None,
        },
        Waits = row.TextOrNull("intent") is "waiting" ? WaitedEffect.Read(row) : null,
        ParkedSystem = row.TextOrNull("parked_system"),
        ParkedSince = row.TimeOrNull("parked_since"),
    };
}

/// <summary>What is known of an action's effect before it is done.</summary>
public enum EffectState
{
    /// <summary>There is none, as far as that can be.</summary>
    None,

    /// <summary>An attempt has begun, and left no receipt.</summary>
    Open,

    /// <summary>It is there and goes on.</summary>
    Waiting,
}

/// <summary>An effect that goes on.</summary>
/// <param name="For">For people: the ticket, the run.</param>
/// <param name="Since">When it was begun.</param>
/// <param name="Until">When it is given up; null when it may take for ever.</param>
/// <param name="LookedAt">When its source was read last.</param>
public sealed record WaitedEffect(string For, DateTimeOffset Since, DateTimeOffset? Until, DateTimeOffset? LookedAt)
{
    /// <summary>Whether a person ends it, as a ticket; else it ends by itself, as a run.</summary>
    internal bool ByPerson { get; init; }

    internal static WaitedEffect Read(Row row) => new(
        (string?)row.Object("waiting")[nameof(ActionProgress.Waiting.WaitsFor)] ?? "",
        row.Time("waiting_since"),
        row.TimeOrNull("waits_until"),
        row.TimeOrNull("looked_at"))
    {
        ByPerson = row.Object("waiting")[nameof(ActionProgress.Waiting.ByPerson)]?.GetValue<bool>() is true,
    };
}
