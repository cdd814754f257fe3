using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// What a fulfilment writes about itself. Activities run at least once, so each of these changes nothing the second
/// time: a status moves only from where it is expected to be.
/// </summary>
public sealed partial class RequestProgress(Database database, TimeProvider time)
{
    /// <summary>Takes a submitted request to work and writes down its plan.</summary>
    public Task BeginAsync(FulfilmentPlan plan, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            if (!await MoveAsync(transaction, plan.RequestId, Transition.Begin, cancellationToken))
                return false;

            foreach (var (index, action) in plan.Actions.Index())
                await transaction.ExecuteAsync(
                    PlanAction,
                    p => p.Uuid("id", plan.RequestId).Number("action_index", index).Text("action_id", action.Id).Text("action_type", action.Type),
                    cancellationToken);

            await MoveAsync(transaction, plan.RequestId, Transition.Queue, cancellationToken);
            await MoveAsync(transaction, plan.RequestId, Transition.Run, cancellationToken);
            await AppendLogAsync(
                transaction, plan.RequestId, "info", $"Started: {plan.Actions.Count} action(s).", null, cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Keeps what an action will send, or that its condition leaves it out.</summary>
    public Task PrepareAsync(Guid id, PreparedAction action, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            await transaction.ExecuteAsync(Touch, p => p.Uuid("id", id).Time("now", now), cancellationToken);
            var changed = await transaction.ExecuteAsync(
                PrepareAction,
                p => p.Uuid("id", id)
                    .Text("action_id", action.Id)
                    .Json("config", action.Config.ToJsonString())
                    .Text("status", action.Skipped ? "skipped" : "pending")
                    .Time("completed_at", action.Skipped ? now : null),
                cancellationToken);
            if (action.Skipped)
                await AppendLogAsync(transaction, id, "info", "Skipped: its condition does not hold.", action.Id, cancellationToken);
            return changed;
        }, cancellationToken);

    /// <summary>Stops a request for a person, with what went wrong.</summary>
    public Task FailAsync(Stoppage stop, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            var attempts = await transaction.ReadAsync(
                CountAttempts,
                p => p.Uuid("id", stop.RequestId).Text("action_id", stop.ActionId),
                row => row.Count("attempt"),
                cancellationToken);
            var error = stop.ToJson(attempts.SingleOrDefault()).ToJsonString();
            var stopped = await transaction.ExecuteAsync(
                Stop,
                p => p.Uuid("id", stop.RequestId)
                    .Text("from", Transition.Fail.From.ToText())
                    .Text("to", Transition.Fail.To.ToText())
                    .Number("failure", stop.Failure)
                    .Json("error", error)
                    .Time("now", now),
                cancellationToken);
            if (stopped == 0)
                return false;

            await transaction.ExecuteAsync(
                FailAction,
                p => p.Uuid("id", stop.RequestId).Text("action_id", stop.ActionId).Json("error", error).Time("now", now),
                cancellationToken);
            await AppendLogAsync(
                transaction, stop.RequestId, "error", $"Stopped, waiting for a decision: {stop.Message}", stop.ActionId, cancellationToken);
            return true;
        }, cancellationToken);

    public Task CompleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var completed = await MoveAsync(transaction, id, Transition.Complete, cancellationToken);
            if (completed)
                await AppendLogAsync(transaction, id, "info", "Completed.", null, cancellationToken);
            return completed;
        }, cancellationToken);

    private async Task<bool> MoveAsync(
        Transaction transaction, Guid id, Transition transition, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        return await transaction.ExecuteAsync(
            Move,
            p => p.Uuid("id", id)
                .Text("from", transition.From.ToText())
                .Text("to", transition.To.ToText())
                .Time("now", now)
                .Time("completed_at", transition.To.IsFinal() ? now : null),
            cancellationToken) == 1;
    }

    private Task<int> AppendLogAsync(
        Transaction transaction, Guid id, string level, string message, string? actionId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            AppendLog,
            p => p.Uuid("id", id).Time("now", Clock.Microseconds(time)).Text("level", level).Text("message", message).Text("action_id", actionId),
            cancellationToken);
}

/// <summary>Why a request stops, and for the how-many-th time.</summary>
public sealed record Stoppage(Guid RequestId, int Failure, string ActionId, string Code, string Message)
{
    internal JsonObject ToJson(int attempts) => new()
    {
        ["action"] = ActionId,
        ["attempts"] = attempts,
        ["code"] = Code,
        ["message"] = Message,
    };
}
