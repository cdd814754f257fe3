using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// What a fulfilment writes about itself. Activities run at least once, so each of these changes nothing the second
/// time: a status moves only from where it is expected to be.
/// </summary>
public sealed partial class RequestProgress(Database database, TimeProvider time)
{
    /// <summary>Takes a submitted request to work and writes down how it is fulfilled.</summary>
    /// <returns>The plan that is written down, by this call or before; null when the request has ended.</returns>
    public Task<ChosenPlan?> BeginAsync(Guid id, Func<PinnedItem, ChosenPlan> choose, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var found = await FindBeginningAsync(transaction, id, cancellationToken);
            if (found.Status is RequestStatus.Submitted)
            {
                var chosen = choose(found.Input.Item);
                var plan = FulfilmentPlan.Of(found.Input, chosen);
                if (await StartAsync(transaction, plan, chosen, cancellationToken))
                {
                    await WriteAsync(transaction, plan, cancellationToken);
                    return chosen;
                }

                found = await FindBeginningAsync(transaction, id, cancellationToken); // somebody was faster
            }

            return found.Status.IsFinal() ? null : found.Plan ?? ChosenPlan.AsWritten(found.Input.Item);
        }, cancellationToken);

    /// <summary>
    /// Keeps what an action will send, or that its condition leaves it out. What is kept already is the answer: an
    /// orchestration that is run anew sends what the one before it sent, under the same key.
    /// </summary>
    public Task<PreparedStep> PrepareAsync(
        ActionKey key, Func<PreparedAction> render, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var (kept, revision) = await FindPreparedAsync(transaction, key, cancellationToken);
            if (kept is not null)
                return new PreparedStep(kept, revision);

            var (action, now) = (render(), Clock.Microseconds(time));
            if (action.Skipped) // for those who watch nothing changes before it runs, unless it never does
                await transaction.ExecuteAsync(Touch, p => p.Uuid("id", key.RequestId).Time("now", now), cancellationToken);
            var prepared = await transaction.ExecuteAsync(
                PrepareAction,
                p => Bind(p, key)
                    .Number("revision", revision) // what was rendered before a correction is not what comes after it
                    .Json("config", action.Config.ToJsonString())
                    .Text("prepared", JsonSerializer.Serialize(action))
                    .Text("status", action.Skipped ? "skipped" : "pending")
                    .Time("completed_at", action.Skipped ? now : null),
                cancellationToken);
            if (prepared == 0 && await FindPreparedAsync(transaction, key, cancellationToken) is { Kept: { } faster } other)
                return new PreparedStep(faster, other.Revision);
            if (action.Skipped && prepared == 1)
                await AppendLogAsync(transaction, key.RequestId, "info", "Skipped: its condition does not hold.", key, cancellationToken);
            return new PreparedStep(action, revision);
        }, cancellationToken);

    /// <summary>Stops a request for a person, with what went wrong.</summary>
    /// <returns>The number of the stop: a decision with this number, or a higher one, answers it.</returns>
    public Task<int> FailAsync(Stoppage stop, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await StopAsync(transaction, stop, failures: null, cancellationToken);
            return (await transaction.ReadAsync(
                FindStop,
                p => p.Uuid("id", stop.RequestId).Uuid("stop", stop.Id),
                row => row.Count("failure"),
                cancellationToken)).Single();
        }, cancellationToken);

    /// <summary>
    /// Stops a request whose orchestration has ended without it, unless it has moved on since it had so many failures.
    /// </summary>
    internal Task<bool> StrandAsync(Stoppage stop, int failures, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            if (await StopAsync(transaction, stop, failures, cancellationToken) is not { } error)
                return false;

            var correlation = await transaction.ReadAsync(
                FindCorrelation, p => p.Uuid("id", stop.RequestId), row => row.Text("correlation_id"), cancellationToken);
            var entry = new AuditEntry(Origin.Service with { CorrelationId = correlation.Single() }, "request.fail")
            {
                RequestId = stop.RequestId,
                ErrorCode = stop.Code,
                Details = (JsonObject?)JsonNode.Parse(error),
                After = new JsonObject { ["status"] = Transition.Fail.To.ToText() },
            };
            await AuditLog.WriteAsync(transaction, entry, Clock.Microseconds(time), cancellationToken);
            return true;
        }, cancellationToken);

    /// <summary>Leaves a line in the request's log that its orchestration was lost and is run anew.</summary>
    internal Task NoteRestartAsync(Guid id, string message, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(Touch, p => p.Uuid("id", id).Time("now", Clock.Microseconds(time)), cancellationToken);
            return await AppendLogAsync(transaction, id, "warning", message, null, cancellationToken);
        }, cancellationToken);

    public Task CompleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var completed = await MoveAsync(transaction, id, Transition.Complete, cancellationToken);
            if (completed)
                await AppendLogAsync(transaction, id, "info", "Completed.", null, cancellationToken);
            return completed;
        }, cancellationToken);

    private static string Said(FulfilmentPlan plan, ChosenPlan chosen) => plan.Components is { } components
        ? $"Started: {components.Count} component(s), {plan.Actions.Count} action(s)."
        : $"Started: {plan.Actions.Count} action(s), {(chosen.Item?.Mode is FulfillmentMode.Manual ? "manual" : "automatic")}. {chosen.Item?.Reason}".TrimEnd();

    private static Parameters Bind(Parameters parameters, ActionKey key) =>
        parameters.Uuid("id", key.RequestId).Text("component_id", key.Component).Text("action_id", key.ActionId);

    private static async Task<Beginning> FindBeginningAsync(Transaction transaction, Guid id, CancellationToken cancellationToken) =>
        (await transaction.ReadAsync(
            FindBeginning,
            p => p.Uuid("id", id),
            row => new Beginning(FulfilmentInputs.Read(row), row.Status("status"), ChosenPlan.Read(row)),
            cancellationToken)).Single();

    private static async Task<(PreparedAction? Kept, int Revision)> FindPreparedAsync(
        Transaction transaction, ActionKey key, CancellationToken cancellationToken)
    {
        var found = await transaction.ReadAsync(
            FindPrepared, p => Bind(p, key), row => (Json: row.TextOrNull("prepared"), Revision: row.Count("revision")), cancellationToken);
        var (json, revision) = found.SingleOrDefault();
        return (json is null ? null : JsonSerializer.Deserialize<PreparedAction>(json)
            ?? throw new InvalidDataException($"What was prepared for {key} cannot be read."), revision);
    }

    // The statuses on the way are passed in one commit: those who watch are told each of them, and the row is written once.
    private async Task<bool> StartAsync(
        Transaction transaction, FulfilmentPlan plan, ChosenPlan chosen, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        var started = await transaction.ReadAsync(
            Start,
            p => p.Uuid("id", plan.RequestId)
                .Text("from", Transition.Begin.From.ToText())
                .Text("to", Transition.Run.To.ToText())
                .Json("plan", JsonSerializer.Serialize(chosen))
                .Number("actions", plan.Actions.Count)
                .Time("now", now),
            MovedRequest.Read,
            cancellationToken);
        if (started is not [var request])
            return false;

        foreach (var transition in (Transition[])[Transition.Begin, Transition.Queue, Transition.Run])
            transaction.Count(metrics => metrics.Moved(request, transition.To, now));
        await transaction.ExecuteAsync(
            $"{KeepPassed};\n\n{AppendLog}",
            p => BindLog(p, plan.RequestId, "info", Said(plan, chosen), action: null)
                .Text("first", Transition.Begin.To.ToText())
                .Text("second", Transition.Queue.To.ToText()),
            cancellationToken);
        return true;
    }

    private static async Task WriteAsync(Transaction transaction, FulfilmentPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Components is { Count: > 0 } components)
            await transaction.ExecuteAsync(
                PlanComponent,
                [.. components.Index()],
                (p, component) => p.Uuid("id", plan.RequestId)
                    .Number("component_index", component.Index)
                    .Text("component_id", component.Item.Id)
                    .Text("catalog_item_id", component.Item.CatalogItemId)
                    .Text("version", component.Item.Version)
                    .Json("depends_on", JsonSerializer.Serialize(component.Item.DependsOn)),
                cancellationToken);
        if (plan.Actions.Count > 0)
            await transaction.ExecuteAsync(
                PlanAction,
                [.. plan.Actions.Index()],
                (p, action) => Bind(p, new ActionKey(plan.RequestId, action.Item.ComponentId, action.Item.Id))
                    .Number("action_index", action.Index)
                    .Text("action_type", action.Item.Type),
                cancellationToken);
    }

    /// <returns>The error that the request now stands at; null when this stop changed nothing.</returns>
    private async Task<string?> StopAsync(
        Transaction transaction, Stoppage stop, int? failures, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        var error = await ErrorAsync(transaction, stop, cancellationToken);
        var stopped = await transaction.ReadAsync(
            Stop,
            p => p.Uuid("id", stop.RequestId)
                .Uuid("stop", stop.Id)
                .Text("from", Transition.Fail.From.ToText())
                .Text("to", Transition.Fail.To.ToText())
                .Number("failures", failures)
                .Json("error", error)
                .Time("now", now),
            MovedRequest.Read,
            cancellationToken);
        if (stopped is not [var request])
            return null;

        transaction.Count(metrics => metrics.Moved(request, Transition.Fail.To, now));

        await transaction.ExecuteAsync(
            RecordStop, p => p.Uuid("id", stop.RequestId).Uuid("stop", stop.Id).Time("now", now), cancellationToken);
        var failed = await transaction.ReadAsync(
            FailAction,
            p => p.Uuid("id", stop.RequestId).Text("action_id", stop.ActionId).Json("error", error).Time("now", now),
            EndedAction.Read,
            cancellationToken);
        transaction.Count(metrics => failed.ForEach(ended => metrics.ActionFailed(ended, now)));
        await StopComponentsAsync(transaction, stop, error, now, cancellationToken);
        var action = stop.ActionId is { } id ? new ActionKey(stop.RequestId, ComponentId: null, id) : null;
        await AppendLogAsync(
            transaction, stop.RequestId, "error", $"Stopped, waiting for a decision: {stop.Message}", action, cancellationToken);
        return error;
    }

    private static async Task<string> ErrorAsync(Transaction transaction, Stoppage stop, CancellationToken cancellationToken)
    {
        var attempts = (await transaction.ReadAsync(
            CountAttempts,
            p => p.Uuid("id", stop.RequestId),
            row => (Component: row.Text("component_id"), Action: row.Text("action_id"), Attempts: row.Count("attempt")),
            cancellationToken)).ToDictionary(row => (row.Component, row.Action), row => row.Attempts);
        var error = stop.Components is { } failed
            ? FailureText.OfComponents(stop, failed.Select(one => (one.ComponentId, Of(one.ComponentId, one.ActionId, one.Code, one.Message))))
            : Of("", stop.ActionId, stop.Code, stop.Message);
        return error.ToJsonString();

        JsonObject Of(string component, string? action, string code, string message) =>
            FailureText.Of(action, code, message, attempts.GetValueOrDefault((component, action ?? "")));
    }

    /// <summary>Those that failed have mostly recorded that themselves; one whose orchestration ended could not.</summary>
    private static async Task StopComponentsAsync(
        Transaction transaction, Stoppage stop, string error, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var failure in stop.Components ?? [])
            await transaction.ExecuteAsync(
                FailComponent,
                p => p.Uuid("id", stop.RequestId)
                    .Text("component_id", failure.ComponentId)
                    .Json("error", FailureText.Of(actionId: null, failure.Code, failure.Message, attempts: 0).ToJsonString())
                    .Time("now", now),
                cancellationToken);
        await transaction.ExecuteAsync(
            StopComponents, p => p.Uuid("id", stop.RequestId).Json("error", error).Time("now", now), cancellationToken);
    }

    private async Task<bool> MoveAsync(
        Transaction transaction, Guid id, Transition transition, CancellationToken cancellationToken)
    {
        var now = Clock.Microseconds(time);
        var moved = await transaction.ReadAsync(
            Move,
            p => p.Uuid("id", id)
                .Text("from", transition.From.ToText())
                .Text("to", transition.To.ToText())
                .Time("now", now)
                .Time("completed_at", transition.To.IsFinal() ? now : null),
            MovedRequest.Read,
            cancellationToken);
        transaction.Count(metrics => moved.ForEach(request => metrics.Moved(request, transition.To, now)));
        return moved.Count == 1;
    }

    private Task<int> AppendLogAsync(
        Transaction transaction, Guid id, string level, string message, ActionKey? action, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(AppendLog, p => BindLog(p, id, level, message, action), cancellationToken);

    private Parameters BindLog(Parameters parameters, Guid id, string level, string message, ActionKey? action) => parameters
        .Uuid("id", id)
        .Time("now", Clock.Microseconds(time))
        .Text("level", level)
        .Text("message", message)
        .Text("action_id", action?.ActionId)
        .Text("component_id", action?.ComponentId);

    private sealed record Beginning(FulfilmentInput Input, RequestStatus Status, ChosenPlan? Plan);
}
