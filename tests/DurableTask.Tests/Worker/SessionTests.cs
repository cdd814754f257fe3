using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pao.DurableTask.Client;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Replay;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public class SessionTests
{
    [Fact]
    public async Task A_kept_orchestrator_goes_on_without_history_and_is_let_go_at_the_end()
    {
        var hub = new ScriptedHub();
        await using var host = await StartAsync(hub);

        Assert.Equal(45, (await host.RunAsync("Sum", 10)).ReadOutputAs<int>());

        Assert.Equal(0, hub.HistoryAskedFor);
        Assert.Equal(10, hub.Turns.Count(turn => turn.Kept));
        Assert.Equal(0, host.Worker.KeptOrchestrators);
    }

    [Fact]
    public async Task A_hub_that_offers_no_sessions_gets_replays()
    {
        var hub = new ScriptedHub { OffersSessions = false };
        await using var host = await StartAsync(hub);

        Assert.Equal(45, (await host.RunAsync("Sum", 10)).ReadOutputAs<int>());

        Assert.Equal(0, hub.Turns.Count(turn => turn.Kept));
    }

    [Fact]
    public async Task What_was_crowded_out_asks_for_its_history()
    {
        var hub = new ScriptedHub();
        await using var host = await StartAsync(hub, keep: 1);

        var both = await Task.WhenAll(host.RunAsync("Sum", 10, "a"), host.RunAsync("Sum", 20, "b"));

        Assert.Equal([45, 190], both.Select(end => end.ReadOutputAs<int>()));
        Assert.InRange(hub.HistoryAskedFor, 1, 30);
    }

    [Fact]
    public async Task A_turn_that_the_hub_refused_is_forgotten()
    {
        var refused = false;
        var hub = new ScriptedHub
        {
            RefuseTurn = turn => turn == 4 && !refused && (refused = true)
                ? new RpcException(new Status(StatusCode.NotFound, "Another worker has it."))
                : null,
        };
        await using var host = await StartAsync(hub);

        Assert.Equal(45, (await host.RunAsync("Sum", 10)).ReadOutputAs<int>());

        Assert.True(refused);
        Assert.Equal(1, hub.HistoryAskedFor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_turn_that_overtakes_the_answer_to_the_one_before_waits_for_it(bool accepted)
    {
        var hub = new SlowHub();
        var runner = Runner(hub);
        var first = runner.RunAsync(Turn(0, Events.Started("Steps")), "token-0", TestContext.Current.CancellationToken);
        var second = runner.RunAsync(Turn(1, Events.Completed(0)), "token-1", TestContext.Current.CancellationToken);
        Assert.Equal(["token-0"], hub.Completed.Select(response => response.CompletionToken));

        if (accepted)
            hub.FirstAnswer.SetResult();
        else
            hub.FirstAnswer.SetException(new RpcException(new Status(StatusCode.NotFound, "Another worker has it.")));

        await Task.WhenAll(first, second);
        var answer = hub.Completed[1];
        Assert.Equal(!accepted, answer.RequiresHistory);
        Assert.Equal(accepted ? ["B"] : [], answer.Actions.Select(action => action.ScheduleTask.Name));
    }

    [Theory]
    [InlineData(1, "e1", false)]
    [InlineData(2, "e1", true)]
    [InlineData(0, "e1", true)]
    [InlineData(1, "e2", true)]
    public async Task Only_the_very_next_turn_of_the_same_execution_goes_on_with_a_kept_one(int turn, string execution, bool asksForHistory)
    {
        var hub = new SlowHub();
        hub.FirstAnswer.SetResult();
        var runner = Runner(hub);
        await runner.RunAsync(Turn(0, Events.Started("Steps")), "token-0", TestContext.Current.CancellationToken);

        var next = Turn(turn, Events.Completed(0));
        next.ExecutionId = execution;
        await runner.RunAsync(next, "token-1", TestContext.Current.CancellationToken);

        Assert.Equal(asksForHistory, hub.Completed[1].RequiresHistory);
    }

    [Fact]
    public async Task What_the_hub_refused_is_not_kept()
    {
        var hub = new SlowHub();
        hub.FirstAnswer.SetException(new RpcException(new Status(StatusCode.NotFound, "Another worker has it.")));
        var runner = Runner(hub);

        await runner.RunAsync(Turn(0, Events.Started("Steps")), "token-0", TestContext.Current.CancellationToken);

        Assert.Equal(0, runner.KeptCount);
    }

    [Fact]
    public void The_longest_unused_is_let_go_first()
    {
        var kept = new KeptOrchestrators(2);
        var (a, b, c) = (Kept("a"), Kept("b"), Kept("c"));
        kept.Put(a);
        kept.Put(b);
        kept.Put(c);

        Assert.Null(kept.Take("a"));
        Assert.Same(b, kept.Take("b"));
        Assert.Null(kept.Take("b"));
        Assert.Equal(1, kept.Count);
        kept.Drop(c);
        kept.Drop(c);
        Assert.Equal(0, kept.Count);
    }

    private static KeptOrchestrator Kept(string instanceId) =>
        new(new OrchestratorExecution(Events.Started("Steps", instanceId: instanceId).ExecutionStarted, new Steps(), Settings()), 1);

    private static Task<TestHost> StartAsync(ScriptedHub hub, int keep = 1000) => TestHost.StartAsync(hub, worker => worker
        .Configure(options => options.MaximumKeptOrchestrators = keep)
        .AddTasks(tasks => tasks
            .AddActivityFunc<int, int>("Same", (_, number) => number)
            .AddOrchestratorFunc<int, int>("Sum", async (context, count) =>
            {
                var sum = 0;
                for (var i = 0; i < count; i++)
                    sum += await context.CallActivityAsync<int>("Same", i);

                return sum;
            })));

    private static TurnRunner Runner(ITaskHub hub)
    {
        var registry = new DurableTaskRegistry().AddOrchestrator<Steps>();
        var completions = new Completions(hub, TimeProvider.System, int.MaxValue, NullLogger.Instance);
        return new TurnRunner(
            registry, new DurableTaskWorkerOptions(), Settings(), new ServiceCollection().BuildServiceProvider(), hub, completions);
    }

    private static ReplaySettings Settings() => new(JsonDataConverter.Default, NullLoggerFactory.Instance, TimeSpan.FromDays(3), "");

    private static OrchestratorRequest Turn(int turn, HistoryEvent message) => new()
    {
        InstanceId = "i",
        ExecutionId = "e1",
        NewEvents = { Events.TurnStarted(Events.Start.AddSeconds(turn)), message },
        Properties =
        {
            [ExtendedSessions.IsExtendedSession] = Value.ForBool(true),
            [ExtendedSessions.IncludeState] = Value.ForBool(turn == 0 && message.ExecutionStarted is not null),
            [ExtendedSessions.Turn] = Value.ForNumber(turn),
        },
    };

    private sealed class Steps : TaskOrchestrator<object?, string>
    {
        public override async Task<string> RunAsync(TaskOrchestrationContext context, object? input)
        {
            await context.CallActivityAsync("A");
            await context.CallActivityAsync("B");
            return "done";
        }
    }

    /// <summary>Answers the first completion when told to, and the others at once.</summary>
    private sealed class SlowHub : EmptyHub
    {
        public TaskCompletionSource FirstAnswer { get; } = new();

        public List<OrchestratorResponse> Completed { get; } = [];

        public override Task CompleteOrchestratorTaskAsync(OrchestratorResponse response, CancellationToken cancellationToken)
        {
            Completed.Add(response);
            return Completed.Count == 1 ? FirstAnswer.Task : Task.CompletedTask;
        }
    }
}
