using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Deciding;

/// <summary>An action's row, as far as a decision asks for it.</summary>
/// <param name="Shown">As people see it.</param>
/// <param name="Prepared">What it sends; null before it was prepared.</param>
/// <param name="Waiting">What goes on outside; null when nothing does.</param>
/// <param name="Follower">The orchestration that waits for that.</param>
internal sealed record StoredAction(RequestAction Shown, PreparedAction? Prepared, ActionProgress.Waiting? Waiting, string? Follower)
{
    public const string Find = """
        select component_id, action_id, action_type, status, attempt, action_config, output, error, external_reference, started_at,
          completed_at, revision, intent, waiting, waiting_since, waits_until, looked_at, parked_system, parked_since, prepared, follower
        from request_actions
        where request_id = @id and component_id <> '@escalation'
        order by action_index
        """;

    public ActionKey Key(Guid requestId) => new(requestId, Shown.ComponentId, Shown.Id);

    public static StoredAction Read(Row row) => new(
        RequestAction.Read(row),
        row.TextOrNull("prepared") is { } prepared ? JsonSerializer.Deserialize<PreparedAction>(prepared) : null,
        row.TextOrNull("intent") is "waiting" ? JsonSerializer.Deserialize<ActionProgress.Waiting>(row.Text("waiting")) : null,
        row.TextOrNull("follower"));

    /// <summary>What goes on outside, as its executor needs it to end it.</summary>
    public LeftEffect? LeftEffect(FulfilmentInput input) => Prepared is null || Waiting is null || Shown.Status == "completed"
        ? null
        : new LeftEffect(
            ActionScope.ExecutionOf(input, Shown.ComponentId, new PreparedStep(Prepared, Shown.Revision)),
            (JsonObject)Waiting.Handle.DeepClone(),
            Waiting.WaitsFor);
}
