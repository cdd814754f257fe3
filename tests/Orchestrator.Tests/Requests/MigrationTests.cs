using System.Text.RegularExpressions;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresMigrationTests : MigrationTests<PostgresTestDatabase>
{
    protected override string Folder => "Postgres";

    [Fact]
    public async Task Whoever_comes_while_another_process_migrates_is_told_so_and_goes_on_when_it_is_done()
    {
        var second = Open();
        var held = Database.WriteAsync(
            async transaction =>
            {
                await transaction.ReadAsync("select 1::bigint as n from pg_advisory_xact_lock(hashtext('pao.schema'))", _ => { }, row => row.Number("n"), Cancellation);
                return await second.MigrateAsync(TimeProvider.System, Cancellation);
            },
            Cancellation);

        Assert.False(await held);
        Assert.True(await second.MigrateAsync(TimeProvider.System, Cancellation));
    }
}

public sealed class SqliteMigrationTests : MigrationTests<SqliteTestDatabase>
{
    protected override string Folder => "Sqlite";
}

/// <summary>What earlier versions stored is there after an update.</summary>
public abstract partial class MigrationTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    /// <summary>The columns that the audit has got since.</summary>
    private static readonly string[] Added =
        ["event_id", "actor_kind", "source_address", "user_agent", "error_code", "state_before", "state_after", "folded"];

    protected abstract string Folder { get; }

    [Fact]
    public async Task The_actions_of_requests_outlive_the_step_to_components()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.CompleteAsync(Execution(input), new Activities.ActionResult(new() { ["id"] = "1" }, "ref"), Cancellation);
        await GoBackAsync();

        await Database.WriteAsync(async transaction =>
        {
            await Migrations.ApplyAsync(transaction, Folder, TimeProvider.System, Cancellation);
            return true;
        }, Cancellation);

        var actions = await Store.ActionsAsync(input.RequestId, Cancellation);
        Assert.Equal([("call-1", "completed"), ("call-2", "pending")], actions.Select(action => (action.Id, action.Status)));
        Assert.Equal(("1", "ref"), ((string?)actions[0].Output?["id"], actions[0].ExternalReference));
        var receipt = (await Journal.BeginAsync(Execution(input), Cancellation) as Activities.ActionIntent.Done)?.Receipt;
        Assert.Equal("1", (string?)receipt?.Outputs["id"]);
        Assert.Empty(await Store.ComponentsAsync(input.RequestId, Cancellation));
    }

    [Fact]
    public async Task Entries_of_the_audit_from_before_the_chain_are_its_beginning()
    {
        var input = await SubmitAsync();
        await GoBackAsync();
        await Database.WriteAsync(async transaction =>
        {
            await Migrations.ApplyAsync(transaction, Folder, TimeProvider.System, Cancellation);
            return true;
        }, Cancellation);

        var record = Assert.Single(await new AuditSealing(Database, TimeProvider.System).SealSomeAsync(Cancellation));

        Assert.Equal(("request.submit", input.RequestId, "ada", 1L), (record.EventName, record.RequestId, record.UserIdentity.PrincipalId, record.Seal?.Sequence));
        Assert.Equal(new Guid("00000000-0000-8000-8000-000000000001"), record.EventId);
        Assert.Null(record.UserIdentity.Type);
    }

    /// <summary>As ADR 21 has it for tables that are large: made beside the old version, and found by the new one.</summary>
    [Fact]
    public async Task Indexes_that_were_made_by_hand_before_are_taken_as_they_are()
    {
        await GoBackAsync();
        var scripts = Scripts(from: 8);
        var added = scripts.SelectMany(script => AddedColumn().Matches(script)).Select(match => match.Groups["name"].Value).ToList();
        var indexes = scripts.SelectMany(script => IndexOfBefore().Matches(script)).ToList();
        var byHand = indexes.Where(index => !added.Any(column => Regex.IsMatch(index.Groups["rest"].Value, $@"\b{column}\b"))).ToList();
        Assert.InRange(byHand.Count, 13, int.MaxValue);
        foreach (var index in byHand)
            await ExecuteAsync($"create index {index.Groups["name"].Value} on {index.Groups["rest"].Value}");

        await Database.WriteAsync(async transaction =>
        {
            await Migrations.ApplyAsync(transaction, Folder, TimeProvider.System, Cancellation);
            return true;
        }, Cancellation);

        Assert.All(indexes, index => Assert.NotEmpty(index.Groups["guard"].Value));
        await StartAsync();
    }

    /// <summary>Undoes the step: the tables are as version 2 had them.</summary>
    private Task<bool> GoBackAsync() => Database.WriteAsync(async transaction =>
    {
        foreach (var sql in (string[])[
            "drop table request_changes",
            Folder is "Sqlite" ? "drop trigger request_changes_of_new" : "drop function request_changes_keep cascade",
            Folder is "Sqlite" ? "drop trigger request_changes_of_changed" : "select 1",
            Folder is "Sqlite" ? "drop trigger audit_log_awaits_its_seal" : "drop function audit_log_awaits_its_seal cascade",
            "drop table audit_unsealed",
            "drop table audit_seals",
            "drop index audit_log_by_time",
            "drop index audit_log_of_actor",
            "drop index audit_log_of_request",
            "drop index audit_log_of_correlation",
            .. Added.Select(column => $"alter table audit_log drop column {column}"),
            .. Folder is "Sqlite" ? [] : (string[])["drop function audit_seals_are_append_only cascade"],
            "alter table requests drop column trace_context",
            "drop index requests_ended",
            "drop index idempotency_keys_of_request",
            "alter table requests drop column stored_bytes",
            "drop index requests_by_time",
            "drop index requests_by_status",
            "drop index requests_by_item",
            "drop index requests_of_user_by_status",
            "drop index requests_of_user_by_item",
            "drop index requests_of_team_by_status",
            "drop index requests_of_team_by_item",
            "drop index requests_of_owner_by_status",
            "drop index requests_of_owner_by_item",
            "drop table access_keys",
            "drop table principal_identities",
            "drop index requests_of_owner",
            "drop index requests_of_team",
            "alter table requests drop column item_owner",
            "drop table principals",
            "drop table seen_signatures",
            "drop table automation_switches",
            "drop table waiting_for",
            "drop table inbound_events",
            "drop table request_decisions",
            Script("request_decisions ("),
            "alter table requests drop column form",
            "alter table requests drop column plan",
            "drop table catalog_load",
            "drop table catalog_items",
            "create table before as select * from request_actions",
            "drop table request_actions",
            "drop table request_components",
            Folder is "Sqlite" ? "drop trigger request_secrets_end" : "drop function request_secrets_end cascade",
            "drop table request_secrets",
            "alter table request_log drop column component_id",
            Script("request_actions ("),
            "alter table request_actions add column prepared text",
            """
            insert into request_actions (
              request_id, action_index, action_id, action_type, action_config, status, revision, attempt, output, error,
              external_reference, started_at, completed_at, prepared)
            select
              request_id, action_index, action_id, action_type, action_config, status, revision, attempt, output, error,
              external_reference, started_at, completed_at, prepared
            from before
            """,
            "drop table before",
            "delete from schema_version where version >= 3"])
            await transaction.ExecuteAsync(sql, _ => { }, Cancellation);
        return true;
    }, Cancellation);

    [GeneratedRegex(@"^create index (?<guard>if not exists )?(?<name>\w+) on (?<rest>(requests|audit_log|idempotency_keys) [^;]+);", RegexOptions.Multiline)]
    private static partial Regex IndexOfBefore();

    [GeneratedRegex(@"\badd column (?<name>\w+)")]
    private static partial Regex AddedColumn();

    private Task<int> ExecuteAsync(string sql) =>
        Database.WriteAsync(transaction => transaction.ExecuteAsync(sql, _ => { }, Cancellation), Cancellation);

    private List<string> Scripts(int from)
    {
        var assembly = typeof(Database).Assembly;
        var prefix = $"Pao.Orchestrator.Storage.{Folder}.Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && int.Parse(name.AsSpan(prefix.Length, 3), provider: null) >= from)
            .Order(StringComparer.Ordinal)
            .Select(Resource)];
    }

    private static string Resource(string name)
    {
        using var stream = typeof(Database).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The migration {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The statement of the first version that makes a table.</summary>
    private string Script(string table)
    {
        var script = Resource($"Pao.Orchestrator.Storage.{Folder}.Migrations.001_requests.sql");
        var start = script.IndexOf($"create table {table}", StringComparison.Ordinal);
        return script[start..script.IndexOf(';', start)];
    }
}
