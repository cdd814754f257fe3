using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pao.Activities;

/// <summary>One prepared action, ready to be carried out: templates rendered, secrets still references.</summary>
/// <remarks>
/// It is an activity's input, so it is kept in the history: nothing in it may be a secret. The revision grows only when
/// a person changes what the action sends. Outputs are names with the JMESPath expressions that read them from the
/// response. The timeout bounds one attempt; null means the service's default.
/// </remarks>
public sealed record ActionExecution(
    Guid RequestId,
    string ActionId,
    int Revision,
    string Type,
    JsonObject Config,
    JsonNode? Outputs,
    string CorrelationId,
    TimeSpan? Timeout)
{
    /// <summary>The component of a bundle that the action belongs to; null when the request is for an item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ComponentId { get; init; }

    /// <summary>The item whose action it is; null in what was begun before that was noted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ActionOrigin? Origin { get; init; }

    /// <summary>Tells the action from the request's others: its id, after the component's where there is one.</summary>
    [JsonIgnore]
    public string Path => ComponentId is null ? ActionId : $"{ComponentId}/{ActionId}";

    /// <summary>Before which no attempt was begun; known to a probe only, and null where it was not noted.</summary>
    [JsonIgnore]
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>How long a custom action waits for a worker and its answer when it does not say.</summary>
    public static TimeSpan DefaultCustomTimeout { get; } = TimeSpan.FromDays(1);

    /// <summary>The same for every attempt at the same content: one key always means one body and one effect.</summary>
    [JsonIgnore]
    public string IdempotencyKey => $"{RequestId}:{Path}:{Revision}";
}

/// <summary>Where an action comes from.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Team">The team that owns the item.</param>
public sealed record ActionOrigin(string Item, string? Team);
