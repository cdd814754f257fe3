using Grpc.Core;
using Microsoft.Data.Sqlite;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>Rows whose bytes are damaged.</summary>
public sealed class UnreadableTests
{
    private static readonly string[] Ids = ["sound", "history", "state", "inbox", "hole"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_cannot_be_read_ends_as_failed_and_keeps_nothing_else_from_going_on(string store)
    {
        await using var fixture = HubFixture.On(store);
        await SpoilAsync(fixture);

        var hub = await fixture.StartAsync();
        await using var worker = Worker(hub).Start();
        await hub.RaiseAsync("sound", "go", "1");

        Assert.Equal("1", (await hub.EndAsync("sound")).Output);
        foreach (var id in Ids[1..])
        {
            var end = await hub.EndAsync(id);
            Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
            Assert.Equal("PoisonedInstance", end.FailureDetails.ErrorType);
            Assert.Equal("wait", end.Name);
        }
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task One_that_was_set_aside_is_not_touched_again_and_a_rewind_says_why_it_cannot_be(string store)
    {
        await using var fixture = HubFixture.On(store);
        await SpoilAsync(fixture);
        var first = await fixture.StartAsync();
        await using (Worker(first).Start())
            await first.EndAsync("history");
        fixture.Stop(first);

        var hub = await fixture.StartAsync();
        await using var worker = Worker(hub).Start();
        var refused = await Assert.ThrowsAsync<RpcException>(() => hub.RewindInstanceAsync(
            new RewindInstanceRequest { InstanceId = "history" }, Cancellation));
        var unread = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var _ in hub.StreamInstanceHistoryAsync(new StreamInstanceHistoryRequest { InstanceId = "history" }, Cancellation))
            {
            }
        });

        Assert.Equal(StatusCode.DataLoss, refused.StatusCode);
        Assert.Equal(StatusCode.DataLoss, unread.StatusCode);
        Assert.Equal(OrchestrationStatus.Failed, (await hub.StateAsync("history"))?.OrchestrationStatus);
    }

    [Fact]
    public async Task What_comes_while_it_is_set_aside_is_in_its_history()
    {
        await using var fixture = new PostgresFixture();
        using var hold = new Hold();
        FaultyStore? store = null;
        var hub = await fixture.StartAsync(wrap: real => store = new FaultyStore(real));
        Assert.NotNull(store);
        await using (Worker(hub).Start())
        {
            await hub.BeginAsync("wait", "x");
            await hub.UntilAsync("x", OrchestrationStatus.Running);
        }

        await hub.RaiseAsync("x", "go", "unreadable");
        await hub.UntilReleasedAsync();
        await using (var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { Pooling = false }))
        await using (var spoil = database.CreateCommand(@"update task_hub.inbox set event = '\xff'"))
            Assert.Equal(1, await spoil.ExecuteNonQueryAsync(Cancellation));
        store.Claimed = claimed => hold.Stop(claimed.Count > 0);

        await using var worker = Worker(hub).Start();
        await hold.Reached;
        await hub.RaiseAsync("x", "go", "late");
        hold.LetGo();

        Assert.Equal(OrchestrationStatus.Failed, (await hub.EndAsync("x")).OrchestrationStatus);
        var history = await Histories.AssertSoundAsync(hub, "x", activities: 0);
        Assert.Contains(history, e => e.EventRaised?.Input == "late");
    }

    private static async Task SpoilAsync(HubFixture fixture)
    {
        var hub = await fixture.StartAsync();
        await using (Worker(hub).Start())
        {
            foreach (var id in Ids)
            {
                await hub.BeginAsync("wait", id);
                await hub.UntilAsync(id, OrchestrationStatus.Running);
            }
        }

        await hub.RaiseAsync("inbox", "go"); // nobody takes it: it stays in the inbox
        fixture.Stop(hub);
        if (fixture is PostgresFixture postgres)
        {
            await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false });
            await using var spoil = database.CreateCommand("""
                update task_hub.history set events = '\xff' where instance_id = 'history';
                update task_hub.history set turn = 7 where instance_id = 'hole';
                update task_hub.instance set state = '\xff' where id = 'state';
                update task_hub.inbox set event = '\xff' where instance_id = 'inbox'
                """);
            Assert.True(await spoil.ExecuteNonQueryAsync(Cancellation) >= 4);
        }
        else if (fixture is SqliteFixture sqlite)
        {
            await using var file = new SqliteConnection($"Data Source={sqlite.Folder}/taskhub-default.db;Pooling=false");
            await file.OpenAsync(Cancellation);
            await using var spoil = file.CreateCommand();
            spoil.CommandText = """
                update history set events = x'ff' where instance_id = 'history';
                update history set turn = 7 where instance_id = 'hole';
                update instance set state = x'ff' where id = 'state';
                update inbox set event = x'ff' where instance_id = 'inbox'
                """;
            Assert.True(await spoil.ExecuteNonQueryAsync(Cancellation) >= 4);
        }
    }

    private static ScriptedWorker Worker(EmbeddedTaskHub hub) => new ScriptedWorker(hub)
        .Orchestrator("wait", turn => turn.Events.Count > 0 ? [Actions.Complete(0, turn.Events[0].Input)] : []);
}
