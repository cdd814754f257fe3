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
public sealed partial class PlanTests
{
    private static readonly string[] Hot =
    [
        "LockInstances", "DeleteReplacedHistory", "DeleteReplacedInbox", "UpdateInstances", "ForgetHistory",
        "DeleteConsumed", "DeleteInboxOfEnded", "Deliver", "WakeTargets", "ReadOwners", "ReleaseInstances", "ClaimInstances",
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
        using (var store = await fixture.OpenAsync(new TaskHubOptions()))
            store.Initialize();
        await using var source = NpgsqlDataSource.Create(fixture.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(HubFixture.Cancellation);
        if (prepare.Length > 0)
            await ReadAsync(connection, prepare);
        await ReadAsync(connection, "begin; insert into task_hub.node values (1, '00000000-0000-0000-0000-000000000001', now() + interval '1 hour')");
        await ReadAsync(connection, "select task_hub.begin_commit(1, '00000000-0000-0000-0000-000000000001')");

        foreach (var name in Hot)
        {
            var plan = await ExplainAsync(connection, name);
            Assert.False(ReadsWholeTable().IsMatch(plan), $"{name}, {state}:\n{plan}");
            Assert.False(ReadsByHubAlone().IsMatch(plan), $"{name}, {state}:\n{plan}");
        }
    }

    private static async Task<string> ExplainAsync(NpgsqlConnection connection, string name)
    {
        var sql = (string?)typeof(PostgresHubStore).GetField(name, BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue()
            ?? throw new InvalidOperationException($"There is no statement {name}.");
        await ReadAsync(connection, $"prepare hot_{name} as {sql}");
        var parameters = Parameter().Matches(sql).Select(match => int.Parse(match.ValueSpan[1..], provider: null)).Max();
        var nulls = string.Join(", ", Enumerable.Repeat("null", parameters));
        return await ReadAsync(connection, $"explain (costs off) execute hot_{name}({nulls})");
    }

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

    [GeneratedRegex(@"Seq Scan on (instance|history|inbox)")]
    private static partial Regex ReadsWholeTable();

    [GeneratedRegex(@"Scan .*on (instance|history|inbox).*\n *(Index|Recheck) Cond: \(\(?hub = \$\d+\)( AND \(owner IS (NOT )?NULL\)\))?$", RegexOptions.Multiline)]
    private static partial Regex ReadsByHubAlone();

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Parameter();
}
