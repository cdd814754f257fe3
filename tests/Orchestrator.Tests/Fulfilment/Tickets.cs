using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pao.Activities;

namespace Pao.Orchestrator.Tests.Fulfilment;

/// <summary>A ticket system: a ticket stays open until a test says otherwise.</summary>
internal sealed class Tickets : IFollowedExecutor
{
    private readonly ConcurrentDictionary<Guid, Ticket> _tickets = new();

    public string Type => "rest-api";

    /// <summary>The ticket of a request, before it is opened too.</summary>
    public Ticket Of(Guid request) => _tickets.GetOrAdd(request, _ => new Ticket());

    /// <summary>What events about the ticket of a request are about.</summary>
    public static string KeyOf(Guid request) => $"jira:test:{request}";

    public ActionNeeds Needs(JsonObject config) => new("jira:test");

    public Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var ticket = Of(execution.RequestId);
        if (Interlocked.Decrement(ref ticket.Away) >= 0)
            throw new ActionFailedException("action.system_unavailable", "jira:test is unavailable.", retryable: true, ActionEffect.None)
            {
                Properties = new Dictionary<string, object?>
                {
                    ["system"] = "jira:test",
                    ["since"] = "2026-11-24T04:14:09Z",
                    ["retry_after"] = 0.01,
                },
            };
        ticket.State = "open"; // before it is seen to be opened: a test says from then on how it stands
        ticket.Opened.Enqueue(execution.IdempotencyKey);
        if (ticket.LosesAnswer)
        {
            ticket.LosesAnswer = false;
            throw new ActionFailedException("action.unavailable", "The answer was lost.", retryable: true, ActionEffect.Unknown);
        }

        return Task.FromResult<ActionProgress>(Waiting(execution));
    }

    public Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken) =>
        Task.FromResult<ProbeVerdict>(Of(execution.RequestId).Opened.Contains(execution.IdempotencyKey)
            ? new ProbeVerdict.Happened(Waiting(execution))
            : new ProbeVerdict.DidNotHappen());

    public async Task<ActionProgress> FollowAsync(ActionExecution execution, JsonObject handle, CancellationToken cancellationToken)
    {
        var ticket = Of(execution.RequestId);
        var state = ticket.State;
        Interlocked.Increment(ref ticket.Looks);
        if (Interlocked.Decrement(ref ticket.Unreadable) >= 0)
            throw new ActionFailedException("action.unavailable", "JIRA is away.", retryable: true, ActionEffect.None);

        if (ticket.AnswersAt is { } answer)
            await answer.WaitAsync(cancellationToken);
        return state switch
        {
            "done" => new ActionProgress.Done(
                new ActionResult(new JsonObject { ["key"] = (string?)handle["key"], ["status"] = "done" }, ExternalReference: null)),
            "forbidden" => throw new ActionFailedException("action.rejected", "The account may not look.", retryable: false, ActionEffect.None),
            "rejected" => throw new ActionFailedException("action.failed", "The ticket was turned down.", retryable: false, ActionEffect.Ended),
            _ => Waiting(execution),
        };
    }

    public Task CancelAsync(ActionExecution execution, JsonObject handle, string reason, CancellationToken cancellationToken)
    {
        var ticket = Of(execution.RequestId);
        ticket.Cancelled.Enqueue(reason);
        return ticket.CanBeCancelled
            ? Task.CompletedTask
            : throw new ActionFailedException("action.rejected", "The ticket cannot be closed.", retryable: false, ActionEffect.None);
    }

    private ActionProgress.Waiting Waiting(ActionExecution execution)
    {
        var ticket = Of(execution.RequestId);
        return new ActionProgress.Waiting(new JsonObject { ["key"] = "T-1" }, ticket.WaitsFor)
        {
            ExternalReference = "https://jira.example.com/browse/T-1",
            PollAfter = ticket.PollAfter,
            Timeout = ticket.Timeout,
            ByPerson = ticket.ByPerson,
            Outputs = new JsonObject { ["status"] = "open" },
            HintKeys = [KeyOf(execution.RequestId)],
        };
    }

    internal sealed class Ticket
    {
        public int Looks;
        public int Unreadable;

        /// <summary>How often the ticket system is found away before it is back.</summary>
        public int Away;

        /// <summary>The keys under which tickets were opened.</summary>
        public ConcurrentQueue<string> Opened { get; } = new();

        public ConcurrentQueue<string> Cancelled { get; } = new();

        /// <summary>open, done, rejected, or forbidden to look at.</summary>
        public string State { get; set; } = "open";

        public string WaitsFor { get; set; } = "ticket T-1";

        public bool ByPerson { get; set; } = true;

        public bool LosesAnswer { get; set; }

        public bool CanBeCancelled { get; set; } = true;

        /// <summary>Long: only an event makes it look.</summary>
        public TimeSpan PollAfter { get; set; } = TimeSpan.FromHours(1);

        public TimeSpan? Timeout { get; set; }

        /// <summary>When a look, which has seen the state already, has its answer.</summary>
        public Task? AnswersAt { get; set; }
    }
}
