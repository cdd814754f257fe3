using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Deciding;

/// <summary>What every decision reads and writes.</summary>
internal sealed partial class DecisionRows(TimeProvider time)
{
    /// <summary>The request's row, which nobody else changes until the transaction ends.</summary>
    public static async Task<DecidedRequest?> LockAsync(Transaction transaction, Guid id, Visibility visibility, CancellationToken cancellationToken)
    {
        if (await transaction.ExecuteAsync(
            $"{Lock} {visibility.Condition(transaction.Database)}", p => visibility.Bind(p.Uuid("id", id)), cancellationToken) == 0)
            return null;

        return (await transaction.ReadAsync(
            Find,
            p => p.Uuid("id", id),
            row => new DecidedRequest(
                row.Status("status"), row.Count("failures"), row.Text("user_id"), row.TextOrNull("item_owner")),
            cancellationToken)).Single();
    }

    /// <summary>Moves the request to where the decision leads.</summary>
    public async Task MoveAsync(Transaction transaction, Decision decision, RequestStatus from, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        var to = decision.Kind.Transitions().First(transition => transition.From == from).To;
        var moved = await transaction.ReadAsync(
            Move,
            p => p.Uuid("id", decision.RequestId)
                .Text("from", from.ToText())
                .Text("to", to.ToText())
                .Time("now", now)
                .Time("completed_at", to.IsFinal() ? now : null),
            MovedRequest.Read,
            cancellationToken);
        transaction.Count(metrics => moved.ForEach(request => metrics.Moved(request, to, now)));
    }

    /// <summary>Either this very decision was taken before (its answer got lost, say), or nobody waits for one.</summary>
    public static async Task<DecisionOutcome> ExplainAsync(
        Transaction transaction, Guid id, DecidedRequest now, DecisionKind kind, CancellationToken cancellationToken)
    {
        var kinds = await transaction.ReadAsync(
            FindDecision, p => p.Uuid("id", id).Number("failure", now.Failure), row => row.Text("kind"), cancellationToken);
        return kind.Transitions().Any(transition => transition.To == now.Status) && kinds.Contains(kind.ToText())
            ? new DecisionOutcome.TakenBefore()
            : new DecisionOutcome.NotWaiting(now.Status);
    }

    /// <summary>Keeps the decision, with its entry in the audit: who took it, from where, and what it changed.</summary>
    public Task<int> InsertAsync(Transaction transaction, Decision decision, AuditEntry entry, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        var kind = decision.Kind.ToText();
        var reason = decision.Reason is { } given ? $" ({given})" : "";
        return transaction.ExecuteAsync(
            Insert,
            p => AuditLog.Bind(p, entry, now)
                .Uuid("decision_id", decision.Id)
                .Uuid("id", decision.RequestId)
                .Number("failure", decision.Failure)
                .Text("kind", kind)
                .Text("by", decision.By)
                .Text("reason", decision.Reason)
                .Json("fields", decision.Fields?.ToJsonString())
                .Json("components", decision.Components is { } components ? JsonSerializer.Serialize(components) : null)
                .Json("effects", decision.Effects.Count > 0 ? JsonSerializer.Serialize(decision.Effects) : null)
                .Time("now", now)
                .Text("message", $"Decision of {decision.By}: {kind}{reason}."),
            cancellationToken);
    }
}

/// <summary>A decision's entry in the audit.</summary>
internal static class DecisionEntries
{
    public static AuditEntry EntryOf(this Decision decision, Origin origin, RequestStatus from) => new(origin, $"request.{decision.Kind.ToText()}")
    {
        RequestId = decision.RequestId,
        Details = new JsonObject { ["decision_id"] = decision.Id.ToString(), ["reason"] = decision.Reason },
        Before = new JsonObject { ["status"] = from.ToText() },
        After = new JsonObject { ["status"] = decision.Kind.Transitions().First(transition => transition.From == from).To.ToText() },
    };
}

/// <summary>A request as a decision finds it.</summary>
internal sealed record DecidedRequest(RequestStatus Status, int Failure, string UserId, string? ItemOwner);
