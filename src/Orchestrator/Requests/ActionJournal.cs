using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>The journal of a request's actions: each attempt is counted before its call, each receipt kept after it.</summary>
internal sealed partial class ActionJournal(Database database, TimeProvider time) : IActionJournal
{
    public Task<ActionResult?> BeginAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            var receipts = await transaction.ReadAsync(
                FindReceipt,
                p => BindAction(p, execution).Number("revision", execution.Revision),
                row => new ActionResult(row.ObjectOrNull("output") ?? [], row.TextOrNull("external_reference")),
                cancellationToken);
            if (receipts.SingleOrDefault() is { } receipt)
                return receipt;

            var noted = await transaction.ExecuteAsync(
                Intend,
                p => BindAction(p, execution).Number("revision", execution.Revision).Time("now", Clock.Microseconds(time)),
                cancellationToken);
            if (noted == 0)
                throw new InvalidOperationException(
                    $"Request {execution.RequestId} has no action {execution.Path} in its plan, or is not in work; nothing was called.");

            await AppendLogAsync(transaction, execution, "info", "Started", Waits(execution), cancellationToken);
            return null;
        }, cancellationToken);

    public Task CompleteAsync(ActionExecution execution, ActionResult result, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            var received = await transaction.ExecuteAsync(
                Receive,
                p => BindAction(p, execution)
                    .Number("revision", execution.Revision)
                    .Json("output", result.Outputs.ToJsonString())
                    .Text("external_reference", result.ExternalReference)
                    .Time("now", Clock.Microseconds(time)),
                cancellationToken);
            if (received == 1)
                await AppendLogAsync(transaction, execution, "info", "Done", "", cancellationToken);
            return received;
        }, cancellationToken);

    public Task FailAsync(
        ActionExecution execution, string code, string message, bool retryable, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await TouchAsync(transaction, execution, cancellationToken);
            var error = new JsonObject { ["code"] = code, ["message"] = message, ["retryable"] = retryable };
            var noted = await transaction.ExecuteAsync(
                Fail,
                p => BindAction(p, execution).Number("revision", execution.Revision).Json("error", error.ToJsonString()),
                cancellationToken);
            await AppendLogAsync(transaction, execution, "warning", "Failed", $": {message}", cancellationToken);
            return noted;
        }, cancellationToken);

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
        transaction.ExecuteAsync(
            AppendLog,
            p => BindAction(p, execution)
                .Time("now", Clock.Microseconds(time))
                .Text("level", level)
                .Text("message", message)
                .Text("detail", detail),
            cancellationToken);
}
