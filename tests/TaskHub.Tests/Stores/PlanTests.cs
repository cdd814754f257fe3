using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;
using Pao.TaskHub.Postgres;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Stores;

/// <summary>
/// How the statements of a commit find their rows. A new hub's tables have no statistics, and a growing hub's are behind:
/// a plan that is only good with the right ones is ten times slower without.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class PlanTests
{
    private static readonly string[] Hot =
    [
        "LockInstances", "DeleteReplacedHistory", "DeleteReplacedInbox", "UpdateInstances", "ForgetHistory",
        "DeleteConsumed", "DeleteInboxOfEnded", "Deliver", "WakeTargets", "ReadOwners", "ReleaseInstances", "ClaimInstances",
        "InsertActivities", "EndActivities", "ReturnActivities", "ForgetActivities", "TakeActivities", "TakeNamedActivities",
        "FreeActivitiesOfDead", "KeepActivities", "HasPeers", "TakeSuspectActivity", "SetActivityLosses", "SetAttempts", "SetLosses",
    ];

    // By an array of ids, since the row may move: on a table that was empty when it was analyzed PostgreSQL reads it by its
    // hub, until the next analyze.
    private static readonly string[] ByIds = ["ForgetActivities", "KeepActivities"];

    // Outside a commit: planned with their values, and with whatever the planner likes.
    private static readonly (string Name, string Values)[] Reads =
    [
        ("ReadStates", "1, '{x1,x2}'"),
        ("ReadTurns", "1, '{x1,x2}'"),
        ("ReadQueuedTasks", "1, '{x1,x2}'"),
        ("ReadMessages", "1, '{x1,x2}'"),
        ("ReadOwnInbox", "1, '00000000-0000-0000-0000-000000000001', 10000"),
        ("GetState", "1, 'x1'"),
        ("Query", "1, '{}', null, null, '', null, null, 100"),
        ("Query", "1, '{}', null, null, '', '2026-01-01', 'x1', 100"),
        ("Query", "1, '{}', '2026-01-01', '2026-01-02', '', null, null, 100"),
        ("ListCompleted", "1, '{}', null, '2026-01-01', null, null, 100"),
        ("ListCompleted", "1, '{1}', null, '2026-01-01', '2025-01-01', 'x1', 100"),
        ("FindOrphans", "1, '{x1,x2}'"),
        ("PurgeInstances", "1, '{x1,x2}'"),
        ("RemoveEmptyDead", "1"),
    ];

    [Theory]
    [InlineData("fresh", "")]
    [InlineData("emptied and analyzed", "analyze")]
    [InlineData("grown since it was analyzed", """
        analyze;
        insert into task_hub.instance (hub, id, execution_id, name, status, created_at, updated_at, completed_at, owner, state)
        select 1, 'x' || n, 'e', 'name', 1, now(), now(), now(), null, ''
        from generate_series(1, 20000) as n;
        insert into task_hub.history (hub, instance_id, execution_id, turn, events)
        select 1, 'x' || n, 'e', 1, ''
        from generate_series(1, 20000) as n
        """)]
    [InlineData("analyzed when every instance was owned", """
        insert into task_hub.instance (hub, id, execution_id, name, status, created_at, updated_at, owner, state)
        select 1, 'x' || n, 'e', 'name', 0, now(), now(), gen_random_uuid(), ''
        from generate_series(1, 20000) as n;
        analyze
        """)]
    public async Task A_row_is_found_by_its_key(string state, string prepare)
    {
        await using var fixture = new PostgresFixture();
        await using var connection = await PrepareAsync(fixture, prepare);
        await AssertCommitsAsync(connection, state);
    }

    [Fact]
    public async Task A_row_among_a_million_is_found_by_its_key()
    {
        await using var fixture = new PostgresFixture();
        await using var connection = await PrepareAsync(fixture, """
            set synchronous_commit = off;
            insert into task_hub.instance (hub, id, execution_id, name, status, created_at, updated_at, completed_at, state)
            select 1, 'x' || lpad(n::text, 7, '0'), 'e', 'name', 1, at, at, at, ''
            from (select n, timestamptz '2025-01-01' + n * interval '30 s' as at from generate_series(1, 1000000) as n) as rows;
            insert into task_hub.history (hub, instance_id, execution_id, turn, events)
            select 1, 'x' || lpad(n::text, 7, '0'), 'e', 1, ''
            from generate_series(1, 1000000) as n;
            insert into task_hub.inbox (hub, instance_id, id, event)
            select 1, 'x' || lpad(n::text, 7, '0'), gen_random_uuid(), ''
            from generate_series(1, 10000) as n;
            insert into task_hub.activity (hub, instance_id, id, execution_id, task_id, name, scheduled)
            select 1, 'x' || lpad(n::text, 7, '0'), gen_random_uuid(), 'e', 1, 'name', ''
            from generate_series(1, 10000) as n;
            analyze
            """);

        foreach (var (name, values) in Reads)
        {
            await ReadAsync(connection, $"prepare read as {Sql(name)}");
            AssertByKey(name, $"a million, {values}", await ReadAsync(connection, $"set plan_cache_mode = force_custom_plan; explain (costs off) execute read({values})"));
            await ReadAsync(connection, "deallocate read; reset plan_cache_mode");
        }

        await AssertCommitsAsync(connection, "a million");
    }

    private static async Task<NpgsqlConnection> PrepareAsync(PostgresFixture fixture, string sql)
    {
        using (var store = await fixture.OpenAsync(new TaskHubOptions()))
            store.Initialize();
        var connection = new NpgsqlConnection(fixture.ConnectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync(HubFixture.Cancellation);
        if (sql.Length > 0)
            await ReadAsync(connection, sql);
        return connection;
    }

    private static async Task AssertCommitsAsync(NpgsqlConnection connection, string state)
    {
        await ReadAsync(connection, "begin; insert into task_hub.node values (1, '00000000-0000-0000-0000-000000000001', now() + interval '1 hour')");
        await ReadAsync(connection, "select task_hub.begin_commit(1, '00000000-0000-0000-0000-000000000001')");

        foreach (var name in Hot)
            AssertByKey(name, state, await ExplainAsync(connection, name));
    }

    private static void AssertByKey(string name, string state, string plan)
    {
        Assert.False(ReadsWholeTable().IsMatch(plan), $"{name}, {state}:\n{plan}");
        if (!ByIds.Contains(name) || state is "fresh" or "a million")
            Assert.False(ReadsByHubAlone().IsMatch(plan), $"{name}, {state}:\n{plan}");
    }

    private static async Task<string> ExplainAsync(NpgsqlConnection connection, string name)
    {
        var sql = Sql(name);
        await ReadAsync(connection, $"prepare hot_{name} as {sql}");
        var parameters = Parameter().Matches(sql).Select(match => int.Parse(match.ValueSpan[1..], provider: null)).Max();
        var nulls = string.Join(", ", Enumerable.Repeat("null", parameters));
        return await ReadAsync(connection, $"explain (costs off) execute hot_{name}({nulls})");
    }

    private static string Sql(string name) =>
        (string?)typeof(PostgresHubStore).GetField(name, BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue()
        ?? throw new InvalidOperationException($"There is no statement {name}.");

#pragma warning disable CA2100 // The store's own statements.
    private static async Task<string> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(HubFixture.Cancellation);
        List<string> lines = [];
        while (await reader.ReadAsync(HubFixture.Cancellation))
            lines.Add(reader[0].ToString() ?? "");
        return string.Join('\n', lines);
    }
#pragma warning restore CA2100

    [GeneratedRegex(@"Seq Scan on (instance|history|inbox|activity)")]
    private static partial Regex ReadsWholeTable();

    [GeneratedRegex(@"Scan .*on (instance|history|inbox|activity).*\n *(Index|Recheck) Cond: \(\(?hub = \$\d+\)( AND \(owner IS (NOT )?NULL\)\))?$", RegexOptions.Multiline)]
    private static partial Regex ReadsByHubAlone();

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Parameter();
}
