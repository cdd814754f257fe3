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

        Assert.Empty(store.ReadInbox(node, limit: 10));
    }

    [Fact]
    public async Task A_nodes_name_stays_on_no_session_for_others_to_end()
    {
        await using var fixture = new PostgresFixture();
        using var store = await fixture.OpenAsync(Options);
        var node = Guid.NewGuid();
        store.Join(node, null);
        store.Commit(node, [], renew: true);

        await using var database = NpgsqlDataSource.Create(fixture.ConnectionString);
        Assert.Equal(0, await SessionsAsync(database, node));
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
