using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Deciding;

/// <summary>
/// Decisions of people about requests. A decision is durable before anyone is told of it, and stays undelivered until the
/// hub has its event: a crash in between delays it, no more.
/// </summary>
public sealed partial class Decisions(Database database, IOptions<EscalationOptions> escalation, TimeProvider time)
{
    private DecisionRows Rows => new(time);

    /// <summary>Takes a decision that changes nothing of what the request is.</summary>
    public Task<DecisionOutcome> TakeAsync(
        Guid id, Visibility visibility, DecisionKind kind, Origin origin, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            if (await DecisionRows.LockAsync(transaction, id, visibility, cancellationToken) is not { } request)
                return new DecisionOutcome.NoSuchRequest();
            if (!Mandate.Allows(visibility, kind, request))
                return new DecisionOutcome.NotAllowed();

            if (kind is DecisionKind.Escalate && await AskAgainAsync(transaction, id, request, origin, reason, cancellationToken) is { } again)
                return new DecisionOutcome.Taken(again);

            if (!kind.Transitions().Any(transition => transition.From == request.Status))
                return await DecisionRows.ExplainAsync(transaction, id, request, kind, cancellationToken);

            if (kind is DecisionKind.Escalate && escalation.Value.Config is null)
                return new DecisionOutcome.NobodyToAsk();

            if (kind is DecisionKind.Cancel && await DoneAsync(transaction, id, cancellationToken) is { } action)
                return new DecisionOutcome.Irreversible(action);

            var decision = new Decision(Guid.CreateVersion7(time.GetUtcNow()), id, request.Failure, kind, origin.Actor, reason)
            {
                Effects = kind is DecisionKind.Abort ? await EffectsAsync(transaction, id, cancellationToken) : [],
            };
            await Rows.MoveAsync(transaction, decision, request.Status, cancellationToken);
            if (kind is DecisionKind.Escalate)
                await AskAsync(transaction, new EscalationKey(id, request.Failure), cancellationToken);
            if (kind is DecisionKind.Retry)
                await transaction.ExecuteAsync(ResumeComponents, p => p.Uuid("id", id), cancellationToken);
            await Rows.InsertAsync(transaction, decision, decision.EntryOf(origin, request.Status), cancellationToken);
            return new DecisionOutcome.Taken(decision);
        }, cancellationToken);

    /// <summary>Decisions taken before a time whose event the hub may not have.</summary>
    internal Task<List<Decision>> UndeliveredAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            Undelivered,
            p => p.Time("until", until).Number("limit", limit),
            Read,
            cancellationToken);

    /// <summary>
    /// Whether the attempt that runs may be this decision's: of one that is about to end in vain, the action has failed, or
    /// is set back for the next.
    /// </summary>
    internal async Task<bool> IsBeingAskedAsync(EscalationKey key, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            BeingAsked, p => p.Uuid("id", key.RequestId).Text("action_id", key.ActionId), row => row.Text("status"), cancellationToken)).Count > 0;

    internal Task MarkDeliveredAsync(Decision decision, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                MarkDelivered, p => p.Uuid("decision_id", decision.Id).Time("now", Clock.Microseconds(time)), cancellationToken),
            cancellationToken);

    /// <returns>The decision to ask, when the ticket could not be made and is tried again; else null.</returns>
    private async Task<Decision?> AskAgainAsync(
        Transaction transaction, Guid id, DecidedRequest request, Origin origin, string? reason, CancellationToken cancellationToken)
    {
        var key = new EscalationKey(id, request.Failure);
        if (request.Status is not RequestStatus.Escalated
            || await transaction.ExecuteAsync(
                EscalationStore.AskAgain, p => p.Uuid("id", id).Text("action_id", key.ActionId), cancellationToken) == 0)
            return null;

        var now = Clock.Microseconds(time);
        var entry = new AuditEntry(origin, "request.escalate")
        {
            RequestId = id,
            Details = new JsonObject { ["again"] = true, ["reason"] = reason },
        };
        await transaction.ExecuteAsync(
            EscalationStore.RecordAgain,
            p => AuditLog.Bind(p, entry, now)
                .Uuid("id", id)
                .Number("failure", key.Failure)
                .Uuid("decision_id", Guid.CreateVersion7(now))
                .Text("by", origin.Actor)
                .Text("reason", reason)
                .Text("message", $"{origin.Actor} lets others be asked for help again{(reason is null ? "." : $": {reason}")}")
                .Time("now", now),
            cancellationToken);
        return (await transaction.ReadAsync(
            FindEscalation, p => p.Uuid("id", id).Number("failure", key.Failure), Read, cancellationToken)).Single();
    }

    private static Decision Read(Row row) => new(
        row.Uuid("id"), row.Uuid("request_id"), row.Count("failure"),
        Enum.Parse<DecisionKind>(row.Text("kind"), ignoreCase: true), row.Text("decided_by"), row.TextOrNull("reason"))
    {
        Fields = row.ObjectOrNull("fields"),
        Components = row.TextOrNull("components") is { } components ? JsonSerializer.Deserialize<List<string>>(components) : null,
        Effects = row.TextOrNull("effects") is { } effects ? JsonSerializer.Deserialize<List<LeftEffect>>(effects) ?? [] : [],
    };

    private Task<int> AskAsync(Transaction transaction, EscalationKey key, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            EscalationStore.Insert,
            p => p.Uuid("id", key.RequestId)
                .Number("failure", key.Failure)
                .Text("action_id", key.ActionId)
                .Text("action_type", escalation.Value.Type),
            cancellationToken);

    /// <returns>The first action that has begun, or done, what stays; null when there is none.</returns>
    private static async Task<string?> DoneAsync(Transaction transaction, Guid id, CancellationToken cancellationToken) =>
        (await transaction.ReadAsync(FindDone, p => p.Uuid("id", id), row => row.Text("path"), cancellationToken)).SingleOrDefault();

    private static async Task<IReadOnlyList<LeftEffect>> EffectsAsync(Transaction transaction, Guid id, CancellationToken cancellationToken)
    {
        var input = (await transaction.ReadAsync(
            FindInput, p => p.Uuid("id", id), FulfilmentInputs.Read, cancellationToken)).Single();
        var actions = await transaction.ReadAsync(StoredAction.Find, p => p.Uuid("id", id), StoredAction.Read, cancellationToken);
        return [.. actions.Select(action => action.LeftEffect(input)).OfType<LeftEffect>()];
    }
}
