using CsCheck;
using Pao.DurableTask.Client;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;
using Pao.Programs;

namespace Pao.DurableTask.Tests.Worker;

public class RandomProgramTests
{
    private int _keptTurns;
    private int _historyAskedFor;

    [Fact]
    public async Task Random_programs_result_in_what_they_must_and_decide_the_same_kept_or_replayed()
    {
        await RandomPrograms.Programs.SampleAsync(
            async program =>
            {
                var expected = RandomPrograms.Interpret(program);
                var kept = await RunAsync(program, keep: 1000);
                var replayed = await RunAsync(program, keep: 0);
                var crowded = await RunAsync(program, keep: 1);

                Assert.Equal(expected, kept.Result);
                Assert.Equal(expected, replayed.Result);
                Assert.Equal(expected, crowded.Result);
                Assert.Equal(replayed.Turns, kept.Turns);
                Assert.Equal(replayed.Turns, crowded.Turns);
            },
            iter: 100,
            threads: 1);

        // Without these the three ways would have been one.
        Assert.True(_keptTurns > 100, $"Only {_keptTurns} turns went on with a kept orchestrator.");
        Assert.True(_historyAskedFor > 10, $"Only {_historyAskedFor} histories were asked for.");
    }

    private async Task<(int Result, List<(string InstanceId, string Actions)> Turns)> RunAsync(Step[] program, int keep)
    {
        var hub = new ScriptedHub();
        TestHost? running = null;
        var programs = new RandomPrograms(
            TimeSpan.FromDays(5),
            TimeSpan.FromSeconds(5),
            (id, name, value) => Client().RaiseEventAsync(id, name, value, CancellationToken.None),
            countsRuns: true);
        await using var host = await TestHost.StartAsync(hub, worker => worker
            .Configure(options => options.MaximumKeptOrchestrators = keep)
            .AddTasks(programs.AddTo));
        running = host;

        var end = await host.RunAsync("Program", new Progress(program, 0, 17));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        _keptTurns += hub.Turns.Count(turn => turn.Kept);
        _historyAskedFor += hub.HistoryAskedFor;
        return (end.ReadOutputAs<int>(), [.. hub.Turns.Select(turn => (turn.InstanceId, turn.Actions))]);

        DurableTaskClient Client() => running?.Client ?? throw new InvalidOperationException("The host is not running.");
    }
}
