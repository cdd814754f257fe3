using System.Text.Json.Nodes;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// Decisions of people about failed requests. A decision is durable before anyone is told of it, and stays undelivered
/// until the hub has its event: a crash in between delays it, no more.
/// </summary>
public sealed partial class Decisions(Database database, TimeProvider time)
{
    public Task<DecisionOutcome> TakeAsync(
        Guid id, Visibility visibility, DecisionKind kind, string by, string? reason, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var found = await transaction.ReadAsync(
                Find,
                p => p.Uuid("id", id).Text("user_id", visibility.UserId),
                row => (Status: row.Status("status"), Failure: row.Count("failures"), CorrelationId: row.Text("correlation_id")),
                cancellationToken);
            if (found is not [var request])
                return new DecisionOutcome.NoSuchRequest();

            var transition = kind is DecisionKind.Retry ? Transition.Retry : Transition.Abort;
            var decision = new Decision(Guid.CreateVersion7(time.GetUtcNow()), id, request.Failure, kind, by, reason);
            if (!await MoveAsync(transaction, decision, transition, cancellationToken))
                return await ExplainAsync(transaction, decision, transition, visibility, cancellationToken);

            if (kind is DecisionKind.Retry)
                await transaction.ExecuteAsync(ResumeComponents, p => p.Uuid("id", id), cancellationToken);
            await InsertAsync(transaction, decision, request.CorrelationId, cancellationToken);
            return new DecisionOutcome.Taken(decision);
        }, cancellationToken);

    /// <summary>Decisions taken before a time whose event the hub may not have.</summary>
    internal Task<List<Decision>> UndeliveredAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            Undelivered,
            p => p.Time("until", until).Number("limit", limit),
            row => new Decision(
                row.Uuid("id"), row.Uuid("request_id"), row.Count("failure"),
                Enum.Parse<DecisionKind>(row.Text("kind"), ignoreCase: true), row.Text("decided_by"), row.TextOrNull("reason")),
            cancellationToken);

    internal Task MarkDeliveredAsync(Decision decision, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                MarkDelivered, p => p.Uuid("decision_id", decision.Id).Time("now", Clock.Microseconds(time)), cancellationToken),
            cancellationToken);

    private async Task<bool> MoveAsync(
        Transaction transaction, Decision decision, Transition transition, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        return await transaction.ExecuteAsync(
            Move,
            p => p.Uuid("id", decision.RequestId)
                .Text("from", transition.From.ToText())
                .Text("to", transition.To.ToText())
                .Number("failure", decision.Failure)
                .Time("now", now)
                .Time("completed_at", transition.To.IsFinal() ? now : null),
            cancellationToken) == 1;
    }

    // Nothing moved: either this very decision was taken before (its answer got lost, say), or nobody waits for one.
    private static async Task<DecisionOutcome> ExplainAsync(
        Transaction transaction, Decision decision, Transition transition, Visibility visibility, CancellationToken cancellationToken)
    {
        var now = (await transaction.ReadAsync(
            Find,
            p => p.Uuid("id", decision.RequestId).Text("user_id", visibility.UserId),
            row => (Status: row.Status("status"), Failure: row.Count("failures")),
            cancellationToken)).Single();
        var kinds = await transaction.ReadAsync(
            FindDecision,
            p => p.Uuid("id", decision.RequestId).Number("failure", now.Failure),
            row => row.Text("kind"),
            cancellationToken);
        return now.Status == transition.To && kinds.Contains(KindText(decision.Kind))
            ? new DecisionOutcome.TakenBefore()
            : new DecisionOutcome.NotWaiting(now.Status);
    }

    private Task<int> InsertAsync(
        Transaction transaction, Decision decision, string correlationId, CancellationToken cancellationToken)
    {
        var kind = KindText(decision.Kind);
        return transaction.ExecuteAsync(
            Insert,
            p => p.Uuid("decision_id", decision.Id)
                .Uuid("id", decision.RequestId)
                .Number("failure", decision.Failure)
                .Text("kind", kind)
                .Text("by", decision.By)
                .Text("reason", decision.Reason)
                .Time("now", Clock.Microseconds(time))
                .Text("message", decision.Reason is { } reason ? $"Decision of {decision.By}: {kind} ({reason})." : $"Decision of {decision.By}: {kind}.")
                .Text("action", $"request.{kind}")
                .Text("correlation_id", correlationId)
                .Json("details", new JsonObject { ["decision_id"] = decision.Id.ToString(), ["reason"] = decision.Reason }.ToJsonString()),
            cancellationToken);
    }

    private static string KindText(DecisionKind kind) => kind is DecisionKind.Retry ? "retry" : "abort";
}
