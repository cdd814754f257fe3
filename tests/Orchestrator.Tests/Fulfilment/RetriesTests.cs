using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pao.Activities;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Tests.Fulfilment;

public sealed class RetriesTests
{
    [Fact]
    public async Task Three_tries_with_growing_pauses_are_the_default()
    {
        var pauses = await PausesAsync(null, Failure(), Failure(), Failure());

        Assert.Equal(2, pauses.Count);
        Assert.InRange(pauses[0].TotalSeconds, 1.6, 2);
        Assert.InRange(pauses[1].TotalSeconds, 3.2, 4);
    }

    [Fact]
    public async Task A_pause_is_not_shorter_than_the_other_system_asked()
    {
        var pauses = await PausesAsync(null, Failure(retryAfter: 45), Failure(retryAfter: 0.5), Failure());

        Assert.Equal(45, pauses[0].TotalSeconds);
        Assert.InRange(pauses[1].TotalSeconds, 3.2, 4);
    }

    [Fact]
    public async Task A_pause_is_bounded_whatever_the_other_system_asked()
    {
        var pauses = await PausesAsync(null, Failure(retryAfter: 1e9), Failure());

        Assert.Equal(TimeSpan.FromHours(1), pauses[0]);
    }

    [Fact]
    public async Task Waiting_for_a_system_costs_no_try()
    {
        var parked = Enumerable.Repeat(Failure(retryAfter: 30, code: FailureProperties.SystemUnavailable), 100);

        var pauses = await PausesAsync(null, [.. parked, Failure(), .. parked, Failure(), Failure()]);

        Assert.Equal(202, pauses.Count);
        Assert.Equal(200, pauses.Count(pause => pause.TotalSeconds is 30));
    }

    [Fact]
    public async Task An_author_may_ask_for_other_tries()
    {
        var retry = new RetryDefinition(Attempts: 5, BackoffKind.Linear, TimeSpan.FromSeconds(10), null);

        var pauses = await PausesAsync(retry, [.. Enumerable.Repeat(Failure(), 10)]);

        Assert.Equal(5, pauses.Count);
        Assert.All(pauses, pause => Assert.InRange(pause.TotalSeconds, 8, 10));
    }

    [Fact]
    public async Task What_failed_together_is_not_tried_again_together_and_a_replay_comes_to_the_same()
    {
        var some = await Task.WhenAll(Enumerable.Range(0, 50).Select(async n => (await PausesAsync(null, $"id-{n}", Failure(), Failure()))[0]));
        var again = await PausesAsync(null, "id-7", Failure(), Failure());

        Assert.InRange(some.Distinct().Count(), 40, 50);
        Assert.Equal(some[7], again[0]);
    }

    [Fact]
    public async Task Our_own_database_is_no_failure_of_the_action() =>
        Assert.Empty(await PausesAsync(null, new TaskFailureDetails(typeof(TimeoutException).FullName!, "away", null, null)));

    private static TaskFailureDetails Failure(double? retryAfter = null, string code = "action.unavailable") =>
        new(code, "message", null, null, retryAfter is { } seconds ? new Dictionary<string, object?> { ["retry_after"] = seconds } : null);

    private static Task<IReadOnlyList<TimeSpan>> PausesAsync(RetryDefinition? retry, params TaskFailureDetails[] failures) =>
        PausesAsync(retry, "instance", failures);

    /// <summary>How long it is waited after each failure, until there are no more or it is given up.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> PausesAsync(RetryDefinition? retry, string instanceId, params TaskFailureDetails[] failures)
    {
        var context = new Context(instanceId);
        var handler = Retries.Of(retry).Retry?.Handler;
        Assert.NotNull(handler);
        for (var n = 0; n < failures.Length; n++)
            if (!await handler(new RetryContext(context, n + 1, failures[n], TimeSpan.Zero, CancellationToken.None)))
                break;
        return context.Pauses;
    }

    private sealed class Context(string instanceId) : TaskOrchestrationContext
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override TaskName Name => "test";

        public override string InstanceId => instanceId;

        public override ParentOrchestrationInstance? Parent => null;

        public override DateTime CurrentUtcDateTime => DateTime.UnixEpoch;

        public override bool IsReplaying => false;

        protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

        public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
        {
            Pauses.Add(fireAt - CurrentUtcDateTime);
            return Task.CompletedTask;
        }

        public override T? GetInput<T>()
            where T : default => throw new NotSupportedException();

        public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
            throw new NotSupportedException();

        public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
            throw new NotSupportedException();

        public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public override void SendEvent(string instanceId, string eventName, object payload) => throw new NotSupportedException();

        public override void SetCustomStatus(object? customStatus) => throw new NotSupportedException();

        public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => throw new NotSupportedException();

        public override void ContinueAsNew(ContinueAsNewOptions options) => throw new NotSupportedException();

        public override Guid NewGuid() => throw new NotSupportedException();
    }
}
