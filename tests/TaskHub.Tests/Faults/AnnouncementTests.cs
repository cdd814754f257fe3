using Google.Protobuf;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Activities;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>Messages of other nodes that nobody announced, or that came into the inbox in another order than they were numbered.</summary>
public sealed class AnnouncementTests : SharedHub
{
    [Fact]
    public async Task A_message_whose_announcement_is_lost_is_found_by_the_slow_poll()
    {
        var (a, _) = await StartAsync(options => options.IdleRelease = TimeSpan.FromMinutes(5)); // which would find it too
        var (b, sender) = await StartAsync();
        await using var worker = new ScriptedWorker(a).Orchestrator("wait", Wait).Start();
        await a.BeginAsync("wait", "x");
        await a.UntilAsync("x", OrchestrationStatus.Running);
        var lost = LoseAnnouncements(sender);

        await b.RaiseAsync("x", "go", "1");
        await b.RaiseAsync("x", "go", "2");

        Assert.Equal("12", (await a.EndAsync("x")).Output);
        Assert.True(lost() > 0, "No announcement was lost.");
    }

    [Fact]
    public async Task What_was_missed_while_the_listeners_connection_was_away_is_found_when_it_is_back()
    {
        var (a, _) = await StartAsync(options =>
        {
            options.PollInterval = TimeSpan.FromMinutes(1);
            options.Lease = TimeSpan.FromMinutes(5);
            options.IdleRelease = TimeSpan.FromMinutes(5);
        });
        var (b, sender) = await StartAsync();
        await using var worker = new ScriptedWorker(a).Orchestrator("wait", Wait).Start();
        await a.BeginAsync("wait", "x");
        await a.UntilAsync("x", OrchestrationStatus.Running);
        var lost = LoseAnnouncements(sender);

        await b.RaiseAsync("x", "go", "1");
        await b.RaiseAsync("x", "go", "2");
        await Eventually.TrueAsync(() => lost() > 0, "an announcement is lost");
        await ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'");

        Assert.Equal("12", (await a.EndAsync("x")).Output);
    }

    [Fact]
    public async Task A_message_that_commits_after_one_with_a_higher_number_is_not_passed_over()
    {
        var (a, store) = await StartAsync();
        await using var worker = new ScriptedWorker(a).Orchestrator("wait", Wait).Start();
        await a.BeginAsync("wait", "x");
        await a.UntilAsync("x", OrchestrationStatus.Running);
        var read = 0;
        store.InboxRead = messages => Interlocked.Add(ref read, messages.Count);

        await using var database = Open();
        await using var slow = await database.OpenConnectionAsync(Cancellation);
        await using var transaction = await slow.BeginTransactionAsync(Cancellation);
        await InsertAsync(slow, "1");
        await using (var fast = await database.OpenConnectionAsync(Cancellation))
            await InsertAsync(fast, "2");
        await Eventually.TrueAsync(() => Volatile.Read(ref read) > 0, "the later message is read");
        await transaction.CommitAsync(Cancellation);

        Assert.Equal("21", (await a.EndAsync("x")).Output);
    }

    private static async Task InsertAsync(NpgsqlConnection connection, string input)
    {
        var raised = new HistoryEvent { EventId = -1, EventRaised = new EventRaisedEvent { Name = "go", Input = input } };
        await using var insert = new NpgsqlCommand(
            "insert into task_hub.inbox (hub, instance_id, id, event) select id, 'x', $1, $2 from task_hub.hub", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() },
                new NpgsqlParameter<byte[]> { TypedValue = raised.ToByteArray() },
            },
        };
        await insert.ExecuteNonQueryAsync(Cancellation);
    }

    private static Func<int> LoseAnnouncements(FaultyStore store)
    {
        var lost = 0;
        store.Announcing = _ =>
        {
            Interlocked.Increment(ref lost);
            throw new IOException("The connection broke before the announcement.");
        };
        return () => Volatile.Read(ref lost);
    }

    private static IEnumerable<OrchestratorAction> Wait(Turn turn) =>
        turn.Events.Count > 1 ? [Actions.Complete(0, turn.Events[0].Input + turn.Events[1].Input)] : [];
}
