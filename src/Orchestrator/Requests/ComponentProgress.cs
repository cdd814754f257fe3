using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// What the fulfilment of a bundle's component writes about itself. Activities run at least once, so each of these changes
/// nothing the second time, and nothing of a request that is not in work.
/// </summary>
public sealed partial class ComponentProgress(Database database, TimeProvider time)
{
    /// <summary>Takes a component to work.</summary>
    /// <returns>How often it has stopped so far.</returns>
    public Task<int> BeginAsync(ComponentKey key, CancellationToken cancellationToken) =>
        WriteAsync(key, async transaction =>
        {
            var begun = await transaction.ExecuteAsync(Begin, p => Bind(p, key).Time("now", Now), cancellationToken);
            if (begun == 1)
                await LogAsync(transaction, key, "info", "Component started.", actionId: null, cancellationToken);
            return (await transaction.ReadAsync(CountStops, p => Bind(p, key), row => row.Count("stops"), cancellationToken)).Single();
        }, cancellationToken);

    /// <summary>
    /// Keeps the fields that a component is fulfilled with, or that its condition leaves it out. What is kept already is the
    /// answer.
    /// </summary>
    public Task<PreparedComponent> PrepareAsync(
        ComponentKey key, Func<PreparedComponent> render, CancellationToken cancellationToken) =>
        WriteAsync(key, async transaction =>
        {
            var kept = await transaction.ReadAsync(
                FindPrepared, p => Bind(p, key), row => row.TextOrNull("prepared"), cancellationToken);
            if (kept.SingleOrDefault() is { } json)
                return JsonSerializer.Deserialize<PreparedComponent>(json)
                    ?? throw new InvalidDataException($"What was prepared for component {key.ComponentId} of request {key.RequestId} cannot be read.");

            var component = render();
            await transaction.ExecuteAsync(
                Prepare,
                p => Bind(p, key).Text("prepared", JsonSerializer.Serialize(component)).Json("fields", component.Fields.ToJsonString()),
                cancellationToken);
            if (component.Skipped)
                await SkipAsync(transaction, key, cancellationToken);
            return component;
        }, cancellationToken);

    /// <summary>Records that a component has failed; the request goes on while others of the bundle run.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="failure">Which component, and why.</param>
    /// <param name="stop">How often the component has stopped, this time included: one that is recorded already changes nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task FailAsync(Guid requestId, ComponentFailure failure, int stop, CancellationToken cancellationToken)
    {
        var key = new ComponentKey(requestId, failure.ComponentId);
        return WriteAsync(key, async transaction =>
        {
            var attempts = await transaction.ReadAsync(
                CountAttempts, p => Bind(p, key).Text("action_id", failure.ActionId), row => row.Count("attempt"), cancellationToken);
            var error = FailureText.Of(failure.ActionId, failure.Code, failure.Message, attempts.SingleOrDefault()).ToJsonString();
            var failed = await transaction.ExecuteAsync(
                Fail, p => Bind(p, key).Number("stop", stop).Json("error", error).Time("now", Now), cancellationToken);
            if (failed == 0)
                return failed;

            var now = Now;
            var ended = await transaction.ReadAsync(
                FailAction, p => Bind(p, key).Text("action_id", failure.ActionId).Json("error", error).Time("now", now), EndedAction.Read,
                cancellationToken);
            transaction.Count(metrics => ended.ForEach(action => metrics.ActionFailed(action, now)));
            return await LogAsync(
                transaction, key, "error", $"Component failed: {failure.Message}", failure.ActionId, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Records that every action of a component is done.</summary>
    /// <param name="key">Which component.</param>
    /// <param name="outputs">What the components that depend on it may use.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CompleteAsync(ComponentKey key, JsonObject outputs, CancellationToken cancellationToken) =>
        WriteAsync(key, async transaction =>
        {
            var completed = await transaction.ExecuteAsync(
                Complete, p => Bind(p, key).Json("outputs", outputs.ToJsonString()).Time("now", Now), cancellationToken);
            if (completed == 1)
                await LogAsync(transaction, key, "info", "Component completed.", actionId: null, cancellationToken);
            return completed;
        }, cancellationToken);

    private DateTimeOffset Now => Clock.Microseconds(time);

    private static Parameters Bind(Parameters parameters, ComponentKey key) =>
        parameters.Uuid("id", key.RequestId).Text("component_id", key.ComponentId);

    // Locks the request's row first: whatever else is written about the request waits, and sees this or nothing of it.
    private Task<T> WriteAsync<T>(ComponentKey key, Func<Transaction, Task<T>> work, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync(Touch, p => p.Uuid("id", key.RequestId).Time("now", Now), cancellationToken);
            return await work(transaction);
        }, cancellationToken);

    private async Task SkipAsync(Transaction transaction, ComponentKey key, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(Skip, p => Bind(p, key).Time("now", Now), cancellationToken);
        await LogAsync(
            transaction, key, "info", "Component skipped: its condition does not hold.", actionId: null, cancellationToken);
    }

    private Task<int> LogAsync(
        Transaction transaction, ComponentKey key, string level, string message, string? actionId, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            AppendLog,
            p => Bind(p, key).Time("now", Now).Text("level", level).Text("message", message).Text("action_id", actionId),
            cancellationToken);
}
