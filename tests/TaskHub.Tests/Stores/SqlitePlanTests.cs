using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Pao.TaskHub.Sqlite;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Stores;

/// <summary>How the statements on SQLite find their rows. It plans without statistics: what holds for an empty file holds for a full one.</summary>
public sealed partial class SqlitePlanTests
{
    // Pages in an index's order, which stop at their limit.
    private static readonly string[] Pages = ["Query", "ListCompleted"];

    [Fact]
    public async Task No_statement_reads_a_whole_table()
    {
        await using var fixture = new SqliteFixture();
        using (var store = new SqliteHubStore(fixture.Folder, "plans", TimeProvider.System))
            store.Initialize();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(fixture.Folder, "taskhub-plans.db")};Pooling=false");
        await connection.OpenAsync(HubFixture.Cancellation);

        var statements = Statements();
        Assert.Contains("UpdateInstance", statements.Keys);
        foreach (var (name, sql) in statements)
        {
            var plan = await ExplainAsync(connection, sql);
            var scanned = ReadsWholeTable().IsMatch(plan) && !(Pages.Contains(name) && InOrder().IsMatch(plan));
            Assert.False(scanned, $"{name}:\n{plan}");
        }
    }

    private static Dictionary<string, string> Statements() =>
        typeof(SqliteHubStore).GetFields(BindingFlags.NonPublic | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .ToDictionary(field => field.Name, field => (string?)field.GetRawConstantValue() ?? "");

    private static async Task<string> ExplainAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The store's own statements.
        command.CommandText = $"explain query plan {sql}";
#pragma warning restore CA2100
        foreach (var name in Parameter().Matches(sql).Select(match => match.Value).Distinct())
            command.Parameters.AddWithValue(name, DBNull.Value);
        await using var reader = await command.ExecuteReaderAsync(HubFixture.Cancellation);
        List<string> lines = [];
        while (await reader.ReadAsync(HubFixture.Cancellation))
            lines.Add(reader.GetString(3));
        return string.Join('\n', lines);
    }

    [GeneratedRegex(@"^SCAN (instance|history|inbox|[ihm])\b", RegexOptions.Multiline)]
    private static partial Regex ReadsWholeTable();

    [GeneratedRegex(@"^SCAN instance USING (COVERING )?INDEX instance_(created|completed)", RegexOptions.Multiline)]
    private static partial Regex InOrder();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
