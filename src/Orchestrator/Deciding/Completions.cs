using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pao.Catalog;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Following;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Deciding;

/// <summary>What a person has done by hand, with the outputs that later actions use: they are held to what the action declares.</summary>
public sealed partial class Completions(Database database, DurableTaskClient client, TimeProvider time, ILogger<Completions> logger)
{
    private static readonly TimeSpan HintPatience = TimeSpan.FromSeconds(5);

    /// <summary>Stores what came of an action that waits for a person; then its request goes on.</summary>
    public async Task<CompletionOutcome> CompleteAsync(
        ActionKey key, Visibility visibility, Origin origin, WorkDone done, CancellationToken cancellationToken)
    {
        var (outcome, follower) = await database.WriteAsync(
            transaction => StoreAsync(transaction, key, visibility, origin, done, cancellationToken), cancellationToken);
        if (outcome is CompletionOutcome.Completed && follower is not null)
            await HintAsync(follower, key, origin);
        return outcome;
    }

    // What was stored stands, whatever happens here, and whoever sent it is told so: a hint that is lost costs until the next look.
    private async Task HintAsync(string follower, ActionKey key, Origin origin)
    {
        using var patience = new CancellationTokenSource(HintPatience, time);
        try
        {
            await client.RaiseEventAsync(follower, Hint.EventName, origin.Actor, patience.Token);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or TimeoutException or ArgumentException or InvalidOperationException)
        {
            Log.NotHinted(logger, key, e.Message);
        }
    }

    private async Task<(CompletionOutcome Outcome, string? Follower)> StoreAsync(
        Transaction transaction, ActionKey key, Visibility visibility, Origin origin, WorkDone done, CancellationToken cancellationToken)
    {
        if (await DecisionRows.LockAsync(transaction, key.RequestId, visibility, cancellationToken) is not { } request)
            return (new CompletionOutcome.NoSuchRequest(), null);
        if (!Mandate.AllowsCompletion(visibility, request))
            return (new CompletionOutcome.NotAllowed(), null);

        var failed = await FailedRequest.ReadAsync(transaction, key.RequestId, cancellationToken);
        if (failed.Actions.FirstOrDefault(one => one.Key(key.RequestId) == key) is not { } action)
            return (new CompletionOutcome.NoSuchAction(), null);
        if (request.Status.IsFinal() || action.Waiting is not { ByPerson: true } waiting)
            return IsRepeated(action, done) ? (new CompletionOutcome.Completed(), request.Status.IsFinal() ? null : action.Follower) : (new CompletionOutcome.NotWaiting(request.Status), null);

        var definition = failed.Plan.ActionsOf(failed.Input.Item, key.ComponentId).First(one => one.Id == key.ActionId);
        if (done.Mistakes(ActionOutputs.NamesOf(definition), ActionOutputs.DeclaredBy(definition)) is { Count: > 0 } errors)
            return (new CompletionOutcome.Refused(errors), null);

        var outputs = (JsonObject)(waiting.Outputs?.DeepClone() ?? new JsonObject());
        foreach (var (name, value) in done.Outputs)
            outputs[name] = value?.DeepClone();
        var now = Clock.Microseconds(time);
        var entry = new AuditEntry(origin, "action.complete")
        {
            RequestId = key.RequestId,
            Details = new JsonObject { ["action"] = action.Shown.Path, ["outputs"] = done.Outputs.DeepClone(), ["reason"] = done.Reason },
            Before = new JsonObject { ["status"] = action.Shown.Status },
            After = new JsonObject { ["status"] = "completed" },
        };
        transaction.Count(metrics => metrics.ActionCompleted(new EndedAction(action.Shown.Type, action.Shown.StartedAt), now));
        await transaction.ExecuteAsync(
            Complete,
            p => AuditLog.Bind(p, entry, now)
                .Uuid("id", key.RequestId)
                .Text("component_id", key.Component)
                .Text("action_id", key.ActionId)
                .Json("output", outputs.ToJsonString())
                .Text("external_reference", done.ExternalReference)
                .Text("message", $"{origin.Actor} completed it by hand{(done.Reason is { } reason ? $": {reason}" : ".")}")
                .Time("now", now),
            cancellationToken);

        // Read now, when nobody else can become it: whoever begins to follow after this finds the action done.
        var follower = await transaction.ReadAsync(
            FindFollower,
            p => p.Uuid("id", key.RequestId).Text("component_id", key.Component).Text("action_id", key.ActionId),
            row => row.TextOrNull("follower"),
            cancellationToken);
        return (new CompletionOutcome.Completed(), follower.Single());
    }

    // Its answer got lost, say.
    private static bool IsRepeated(StoredAction action, WorkDone done) =>
        action.Shown is { Status: "completed", Output: { } output }
        && done.Outputs.All(given => JsonNode.DeepEquals(output[given.Key], given.Value));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The action {Action} is completed by hand; what waits for it will see that at its next look: {Reason}")]
        public static partial void NotHinted(ILogger logger, ActionKey action, string reason);
    }
}

/// <summary>What a person has done.</summary>
/// <param name="Outputs">What later actions use of it.</param>
/// <param name="ExternalReference">Where it is found, if not where the action said.</param>
/// <param name="Reason">What was said with it.</param>
public sealed record WorkDone(JsonObject Outputs, string? ExternalReference, string? Reason)
{
    private const int Largest = 64 * 1024;

    /// <param name="known">The names that the action's outputs have.</param>
    /// <param name="declared">Those of them that its document asks for.</param>
    internal IReadOnlyDictionary<string, string[]> Mistakes(IReadOnlyList<string> known, IReadOnlyList<string> declared)
    {
        Dictionary<string, string[]> errors = [];
        if (Outputs.ToJsonString().Length > Largest)
            errors["/outputs"] = [$"Must be at most {Largest} characters."];
        foreach (var (name, _) in Outputs.Where(output => !known.Contains(output.Key)))
            errors[$"/outputs/{name}"] = [$"Is no output of the action; there are {string.Join(", ", known)}."];
        foreach (var name in declared.Where(name => Outputs[name] is null))
            errors[$"/outputs/{name}"] = ["Is required: the document declares it, for later actions to use."];
        return errors;
    }
}

/// <summary>How completing an action by hand ended.</summary>
public abstract record CompletionOutcome
{
    private CompletionOutcome()
    {
    }

    public sealed record Completed : CompletionOutcome;

    /// <summary>The action does not wait for a person.</summary>
    public sealed record NotWaiting(RequestStatus Status) : CompletionOutcome;

    /// <summary>The outputs are not what the document declares; JSON Pointers with messages.</summary>
    public sealed record Refused(IReadOnlyDictionary<string, string[]> Errors) : CompletionOutcome;

    public sealed record NoSuchAction : CompletionOutcome;

    public sealed record NoSuchRequest : CompletionOutcome;

    /// <summary>Who asks sees the request, and may not decide about it.</summary>
    public sealed record NotAllowed : CompletionOutcome;
}
