using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Activities.Following;
using Pao.Catalog;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Requests;

/// <summary>The journal of a request's actions: each attempt is counted before its call, each receipt kept after it.</summary>
internal sealed partial class ActionJournal(Database database, TimeProvider time) : IActionJournal
{
    /// <summary>The rows of an action that begins: one that may not leaves the line only, which is rolled back.</summary>
    private const int IntentAndLine = 2;

    public Task<ActionIntent> BeginAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            var intent = (await transaction.ReadAsync(
                $"{Touch};\n\n{FindIntent}",
                p => BindAction(p, execution).Number("revision", execution.Revision).Time("now", now),
                ReadIntent,
                cancellationToken)).SingleOrDefault() ?? new ActionIntent.Fresh();
            if (intent is ActionIntent.Done or ActionIntent.Waiting)
                return intent;

            var detail = intent is ActionIntent.Unsure
                ? ": an earlier attempt left no receipt, so its effect is looked for first"
                : Waits(execution);
            var written = await transaction.ExecuteAsync(
                $"{Intend};\n\n{AppendLog}",
                p => BindLog(BindAction(p, execution).Number("revision", execution.Revision), "info", "Started", detail),
                cancellationToken);
            if (written != IntentAndLine)
                throw new InvalidOperationException(
                    $"Request {execution.RequestId} has no action {execution.Path} in its plan, or is not in work; nothing was called.");

            return intent;
        }, cancellationToken);

    public Task<ActionIntent> FindAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => FindAsync(transaction, execution, cancellationToken), cancellationToken);

    public Task ParkAsync(ActionExecution execution, ParkedAction parked, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            // While it asks again and again it says so once, and wakes nobody.
            var before = await transaction.ReadAsync(
                FindParked, p => BindAction(p, execution), row => row.TextOrNull("parked_system"), cancellationToken);
            if (parked.Intent is ParkedIntent.None && before.SingleOrDefault() == parked.System)
                return false;

            await TouchAsync(transaction, execution, cancellationToken);
            await transaction.ExecuteAsync(
                Park,
                p => BindAction(p, execution)
                    .Number("revision", execution.Revision)
                    .Number("attempts", parked.Intent is ParkedIntent.None ? 0 : 1)
                    .Number("settled", parked.Intent is ParkedIntent.Settled ? 1 : 0)
                    .Text("system", parked.System)
                    .Time("since", parked.Since)
                    .Time("now", Clock.Microseconds(time)),
                cancellationToken);
            await AppendLogAsync(transaction, execution, "warning", "Parked", $": {parked.Reason}", cancellationToken);
            return true;
        }, cancellationToken);

    public Task ProbedAsync(ActionExecution execution, ProbeVerdict verdict, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            return await AppendLogAsync(transaction, execution, "info", "Probed", $": {Said(verdict)}", cancellationToken);
        }, cancellationToken);

    public Task WaitAsync(ActionExecution execution, ActionProgress.Waiting waiting, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            var noted = await transaction.ExecuteAsync(
                Wait,
                p => BindAction(p, execution)
                    .Number("revision", execution.Revision)
                    .Json("waiting", JsonSerializer.Serialize(waiting))
                    .Text("external_reference", waiting.ExternalReference)
                    .Time("now", Clock.Microseconds(time)),
                cancellationToken);
            if (noted == 1)
                await AppendLogAsync(transaction, execution, "info", "Waits", $": {waiting.WaitsFor}", cancellationToken);
            return noted;
        }, cancellationToken);

    public Task FollowAsync(
        ActionExecution execution, ActionProgress.Waiting waiting, Follower follower, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            if (await FindAsync(transaction, execution, cancellationToken) is not ActionIntent.Waiting known)
                return 0;

            // A look that sees the same leaves no line and wakes nobody who watches the request.
            var changed = known.Progress.WaitsFor != waiting.WaitsFor;
            if (changed)
                await TouchAsync(transaction, execution, cancellationToken);
            var noted = await transaction.ExecuteAsync(
                Follow,
                p => BindAction(p, execution)
                    .Number("revision", execution.Revision)
                    .Json("waiting", JsonSerializer.Serialize(waiting))
                    .Text("external_reference", waiting.ExternalReference)
                    .Text("follower", follower.InstanceId)
                    .Time("until", follower.Until)
                    .Time("now", Clock.Microseconds(time)),
                cancellationToken);
            if (noted == 1 && changed)
                await AppendLogAsync(transaction, execution, "info", "Waits", $": {waiting.WaitsFor}", cancellationToken);
            if (noted == 1)
                await ListenAsync(transaction, execution, waiting.HintKeys, follower, cancellationToken);
            return noted;
        }, cancellationToken);

    public Task CancelledAsync(ActionExecution execution, string waitedFor, string? problem, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            if (problem is not null)
                return await AppendLogAsync(
                    transaction, execution, "warning", "Not cancelled", $": {waitedFor} goes on. {problem}", cancellationToken);

            await transaction.ExecuteAsync(Cancel, p => BindAction(p, execution).Number("revision", execution.Revision), cancellationToken);
            return await AppendLogAsync(transaction, execution, "info", "Cancelled", $": {waitedFor}", cancellationToken);
        }, cancellationToken);

    public Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var now = Clock.Microseconds(time);
            var received = await transaction.ReadAsync(
                $"{Touch};\n\n{Receive}",
                p => BindAction(p, execution)
                    .Number("revision", execution.Revision)
                    .Json("output", result.Outputs.ToJsonString())
                    .Text("external_reference", result.ExternalReference)
                    .Time("now", now),
                EndedAction.Read,
                cancellationToken);
            if (received is [var action])
            {
                transaction.Count(metrics => metrics.ActionCompleted(action, now));
                await transaction.ExecuteAsync(
                    $"{StopListening};\n\n{AppendLog}", p => BindLog(BindAction(p, execution), "info", "Done", detail: ""), cancellationToken);
            }

            return received.Count;
        }, cancellationToken);

    public Task FailAsync(ActionExecution execution, ActionSetback setback, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            var error = new JsonObject { ["code"] = setback.Code, ["message"] = setback.Message, ["retryable"] = setback.Retryable };
            var noted = await transaction.ExecuteAsync(
                Fail,
                p => BindAction(p, execution)
                    .Number("revision", execution.Revision)
                    .Number("settled", setback.Effect is ActionEffect.Unknown ? 0 : 1)
                    .Number("ended", setback.Effect is ActionEffect.Ended ? 1 : 0)
                    .Json("error", error.ToJsonString()),
                cancellationToken);
            if (noted == 1 && !setback.Retryable)
                await transaction.ExecuteAsync(StopListening, p => BindAction(p, execution), cancellationToken);
            transaction.Count(metrics => metrics.AttemptFailed(execution.Type, setback.Code));
            await AppendLogAsync(transaction, execution, "warning", "Failed", $": {setback.Message}", cancellationToken);
            return noted;
        }, cancellationToken);

    /// <summary>Events about these keys go to this follower, and those about others to nobody.</summary>
    private static async Task ListenAsync(
        Transaction transaction, ActionExecution execution, IReadOnlyList<string> keys, Follower follower, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(StopListening, p => BindAction(p, execution), cancellationToken);
        foreach (var key in keys.Distinct(StringComparer.Ordinal))
            await transaction.ExecuteAsync(
                Listen, p => BindAction(p, execution).Text("hint_key", key).Text("instance_id", follower.InstanceId), cancellationToken);
    }

    private static async Task<ActionIntent> FindAsync(Transaction transaction, ActionExecution execution, CancellationToken cancellationToken) =>
        (await transaction.ReadAsync(
            FindIntent, p => BindAction(p, execution).Number("revision", execution.Revision), ReadIntent, cancellationToken))
            .SingleOrDefault() ?? new ActionIntent.Fresh();

    private static ActionIntent ReadIntent(Row row) => (row.Text("status"), row.TextOrNull("intent")) switch
    {
        ("completed", _) => new ActionIntent.Done(
            new ActionResult(row.ObjectOrNull("output") ?? [], row.TextOrNull("external_reference"))),
        (_, "waiting") => new ActionIntent.Waiting(
            JsonSerializer.Deserialize<ActionProgress.Waiting>(row.Text("waiting"))
                ?? throw new InvalidDataException("An action waits, and the row does not say for what.")),
        (_, "open") => new ActionIntent.Unsure { Since = row.TimeOrNull("started_at") },
        _ => new ActionIntent.Fresh(),
    };

    private static string Said(ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Happened => "the effect is there and is adopted",
        ProbeVerdict.DidNotHappen => "the effect did not happen; it is made now",
        ProbeVerdict.Repeatable repeatable => $"the effect may be there; the call is repeated, because {repeatable.Why}",
        ProbeVerdict.Unknown unknown => $"nobody can tell whether the effect is there. {unknown.Why}",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No such verdict."),
    };

    // Who carries it out may not be there yet; without this line nobody could see what the request waits for.
    private static string Waits(ActionExecution execution) => execution.Type == ActionTypes.Custom
        ? $": waits up to {execution.Timeout ?? ActionExecution.DefaultCustomTimeout:g} for a worker that has the activity '{execution.Config["activity"]}'"
        : "";

    private static Parameters BindAction(Parameters parameters, ActionExecution execution) =>
        parameters.Uuid("id", execution.RequestId).Text("component_id", execution.ComponentId ?? "").Text("action_id", execution.ActionId);

    // Locks the request's row, so that the lines of its log are numbered in the order of their commits.
    private Task<int> TouchAsync(Transaction transaction, ActionExecution execution, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            Touch, p => p.Uuid("id", execution.RequestId).Time("now", Clock.Microseconds(time)), cancellationToken);

    private Task<int> AppendLogAsync(
        Transaction transaction, ActionExecution execution, string level, string message, string detail,
        CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(AppendLog, p => BindLog(BindAction(p, execution), level, message, detail), cancellationToken);

    private Parameters BindLog(Parameters parameters, string level, string message, string detail) => parameters
        .Time("now", Clock.Microseconds(time))
        .Text("level", level)
        .Text("message", message)
        .Text("detail", detail);
}
