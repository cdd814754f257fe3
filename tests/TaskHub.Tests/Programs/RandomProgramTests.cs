using System.Globalization;
using System.Text.Json;
using CsCheck;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.Programs;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Programs;

/// <summary>
/// Random orchestrations on real stores, whose commits fail and lose their answers, and on PostgreSQL with two nodes whose
/// connections are cut: each results in what a short interpreter says. <c>PAO_PROGRAMS=2000 PAO_SEED=7 ./test TaskHub</c>
/// runs as many programs as you like, of any seed; program n of a seed is the same in each run.
/// </summary>
public sealed class RandomProgramTests
{
    private const int AtATime = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("PAO_PROGRAMS") ?? "150", CultureInfo.InvariantCulture);

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("PAO_SEED") ?? "1", CultureInfo.InvariantCulture);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Random_programs_on_sqlite_result_in_what_they_must_while_commits_fail()
    {
        await using var fixture = new SqliteFixture();
        await using var node = await ProgramNode.StartAsync(fixture, new Random(Seed));

        await RunAllAsync([node]);
    }

    [Fact]
    public async Task Random_programs_on_two_nodes_result_in_what_they_must_while_commits_fail_and_connections_are_cut()
    {
        await using var fixture = new PostgresFixture();
        await using var first = await ProgramNode.StartAsync(fixture, new Random(Seed));
        await using var second = await ProgramNode.StartAsync(fixture, new Random(Seed + 1));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var cuts = CutConnectionsAsync(fixture.ConnectionString, done.Token);

        await RunAllAsync([first, second]);

        await done.CancelAsync();
        Assert.True(await cuts > 0, "No connection was cut.");
    }

    private static async Task RunAllAsync(ProgramNode[] nodes)
    {
        foreach (var group in Enumerable.Range(0, Count).Chunk(AtATime))
        {
            var running = group.Select(i => (Id: $"program-{i}", End: RunAsync(nodes[i % nodes.Length], i))).ToList();
            try
            {
                await Task.WhenAll(running.Select(program => program.End)).WaitAsync(Patience, Cancellation);
            }
            catch (TimeoutException)
            {
                var open = string.Join(", ", running.Where(program => !program.End.IsCompleted).Select(program => program.Id));
                Assert.Fail($"Not ended after {Patience} (seed {Seed}): {open}");
            }
        }

        foreach (var node in nodes)
            Assert.True(node.Faults >= 2, $"Only {node.Faults} commits failed (seed {Seed}).");
    }

    private static async Task RunAsync(ProgramNode node, int number)
    {
        var program = RandomPrograms.Programs.Generate(new PCG((uint)number, (ulong)Seed), null, out _);
        var id = $"program-{number}";
        await ProgramNode.UntilAcceptedAsync(() =>
            node.Hub.BeginAsync("Program", id, JsonSerializer.Serialize(new Progress(program, 0, 17))));

        OrchestrationState? end = null;
        var request = new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true };
        await ProgramNode.UntilAcceptedAsync(async () =>
            end = (await node.Hub.WaitForInstanceCompletionAsync(request, Cancellation)).OrchestrationState);

        var expected = (
            OrchestrationStatus.Completed,
            RandomPrograms.Interpret(program).ToString(CultureInfo.InvariantCulture),
            RandomPrograms.Status(program)?.ToString(CultureInfo.InvariantCulture));
        var actual = (end?.OrchestrationStatus, end?.Output, end?.CustomStatus);
        Assert.True(
            actual == expected,
            $"{id} of seed {Seed} ended as {actual} and not as {expected}; {end?.FailureDetails}: {JsonSerializer.Serialize(program)}");
    }

    private static async Task<int> CutConnectionsAsync(string connectionString, CancellationToken done)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false });
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var cuts = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                await using var cut = database.CreateCommand(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
                await cut.ExecuteNonQueryAsync(done);
                cuts++;
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
        }

        return cuts;
    }
}
