using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Tests.Harness;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Tests.Stores;

/// <summary>What the hub asks of a store, one commit at a time.</summary>
public sealed class StoreTests
{
    private static readonly TaskHubOptions Options = new();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_message_that_is_stored_and_consumed_by_one_group_is_gone(string kind)
    {
        await using var fixture = HubFixture.On(kind);
        using var store = await fixture.OpenAsync(Options);
        var node = Guid.NewGuid();
        store.Join(node, null);
        var created = Unit();
        created.Inserts.Add(Instance("x"));
        store.Commit(node, [created], renew: false);

        var message = new InboxWrite("x", Guid.CreateVersion7(), null, Events.Raised(new Timestamp(), "go", null).ToByteArray());
        var late = Unit();
        late.Inbox.Add(message);
        var turn = Unit();
        turn.Consumed.Add((message.InstanceId, message.MessageId));
        store.Commit(node, [late, turn], renew: false);

        Assert.Empty(store.ReadInbox(node));
    }

    [Fact]
    public async Task A_node_that_joins_again_leaves_no_session_under_its_old_name()
    {
        await using var fixture = new PostgresFixture();
        using var store = await fixture.OpenAsync(Options);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        store.Join(first, null);
        store.Commit(first, [], renew: true);
        await using var database = NpgsqlDataSource.Create(fixture.ConnectionString);
        Assert.Equal(1, await SessionsAsync(database, first));

        store.Join(second, follows: first);
        store.Commit(second, [], renew: true);

        // The server ends a session a moment after its client has.
        await Eventually.TrueAsync(async () => await SessionsAsync(database, first) == 0, "the old session was gone");
        Assert.Equal(1, await SessionsAsync(database, second));

        store.Join(Guid.NewGuid(), follows: second);
        await Eventually.TrueAsync(async () => await SessionsAsync(database, second) == 0, "a session that nobody took over was gone");
    }

    private static async Task<long> SessionsAsync(NpgsqlDataSource database, Guid node)
    {
        await using var command = database.CreateCommand(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = $1");
        command.Parameters.AddWithValue($"task_hub {node}");
        return await command.ExecuteScalarAsync() is long count ? count : -1;
    }

    private static CommitUnit Unit() => new() { Done = static _ => { } };

    private static InstanceWrite Instance(string id)
    {
        var (state, _) = NewInstance.FromClient(new CreateInstanceRequest { InstanceId = id, Name = "n" }, DateTime.UnixEpoch.ToTimestamp());
        return new InstanceWrite(state, state.ToByteArray());
    }
}
