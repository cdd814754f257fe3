using System.Text.Json.Nodes;

namespace Pao.Activities;

/// <summary>Where an action's effect stands.</summary>
public abstract record ActionProgress
{
    private ActionProgress()
    {
    }

    public sealed record Done(ActionResult Result) : ActionProgress;

    /// <summary>The effect is there and goes on: somebody, or something, ends it.</summary>
    /// <param name="Handle">What the executor needs to find it again. It is kept in histories: no secrets.</param>
    /// <param name="WaitsFor">For people: <c>ticket PAO-12</c>, <c>run 123 of deploy.yml</c>.</param>
    public sealed record Waiting(JsonObject Handle, string WaitsFor) : ActionProgress
    {
        /// <summary>Where a person finds it, such as a ticket's key or a URL.</summary>
        public string? ExternalReference { get; init; }

        /// <summary>When to look again if no event comes; null leaves it to the service: seconds at first, growing to an hour.</summary>
        public TimeSpan? PollAfter { get; init; }

        /// <summary>How long it may take from its start; null means the action's timeout, and without one no limit.</summary>
        public TimeSpan? Timeout { get; init; }

        /// <summary>
        /// Which inbound events are about it: <c>jira:default:PAO-12</c>, <c>github:acme/infra:run:123</c>,
        /// <c>terraform:run-abc</c>. What receives events makes the same keys of them.
        /// </summary>
        public IReadOnlyList<string> HintKeys { get; init; } = [];
    }
}
