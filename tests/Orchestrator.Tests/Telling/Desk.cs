using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pao.Activities;

namespace Pao.Orchestrator.Tests.Telling;

/// <summary>A JIRA: a ticket of a request is done at once, or stays open, or is turned down, and keeps what was said on it.</summary>
internal sealed class Desk : ICommentedExecutor
{
    private readonly ConcurrentDictionary<Guid, Ticket> _tickets = new();

    public string Type => "jira-ticket";

    /// <summary>The tickets of a request, before they are made too.</summary>
    public Ticket Of(Guid request) => _tickets.GetOrAdd(request, _ => new Ticket());

    public ActionNeeds Needs(JsonObject config) => new(System: null);

    public Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var handle = new JsonObject { ["id"] = "1", ["key"] = $"T-{execution.Revision}" };
        return Task.FromResult<ActionProgress>(Of(execution.RequestId).State is "done"
            ? new ActionProgress.Done(new ActionResult(handle, ExternalReference: null))
            : new ActionProgress.Waiting(handle, $"ticket T-{execution.Revision}") { PollAfter = TimeSpan.Zero, ByPerson = true });
    }

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("No answer is lost here.");

    public Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken) =>
        Of(execution.RequestId).State is "rejected"
            ? throw new ActionFailedException("action.failed", "The ticket was turned down.", retryable: false, ActionEffect.Ended)
            : throw new ActionFailedException("action.outputs_missing", "The ticket does not say where it is.", retryable: false, ActionEffect.Unknown);

    public Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken)
    {
        Of(execution.RequestId).Cancelled.Enqueue((string?)handle["key"]);
        return Task.CompletedTask;
    }

    public Task CommentAsync(ActionExecution execution, JsonObject handle, ActionComment comment, CancellationToken cancellationToken)
    {
        var ticket = Of(execution.RequestId);
        if (ticket.IsClosedToComments)
            throw new ActionFailedException("action.rejected", "Comments are not allowed.", retryable: false, ActionEffect.None);

        ticket.Said.TryAdd($"{(string?)handle["key"]} {comment.Id}", comment.Text);
        return Task.CompletedTask;
    }

    internal sealed class Ticket
    {
        /// <summary>open, done or rejected.</summary>
        public string State { get; set; } = "done";

        public bool IsClosedToComments { get; set; }

        /// <summary>By the ticket's key and the comment's id.</summary>
        public ConcurrentDictionary<string, string> Said { get; } = new();

        public ConcurrentQueue<string?> Cancelled { get; } = new();
    }
}
