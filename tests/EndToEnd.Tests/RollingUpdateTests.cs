using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>
/// A release and the next one on one database. The next one is this build and a schema to which its migrations would have added;
/// <c>tests/rolling-update COMMIT</c> does it with a build of another commit.
/// </summary>
public sealed class RollingUpdateTests : EndToEndTest
{
    /// <summary>What a release may do to a schema, done to every table; and that it was done.</summary>
    private static readonly string[] NextRelease =
    [
        "create table pao.next_release (id bigint primary key)",
        "create table task_hub.next_release (id bigint primary key)",
        "insert into pao.schema_version (version, name, applied_at) values (900, '900_next.sql', now()::text)",
        "insert into task_hub.schema_version (version) values (9000)",
        Newer("pao", "now()::text"),
        Newer("task_hub", "now()"),
    ];

    [Fact]
    public async Task The_release_before_goes_on_and_starts_anew_on_the_schema_of_the_next_one()
    {
        var database = Own(await TestDatabase.CreateAsync());
        var (first, second) = (Pao(database.Url, "first"), Pao(database.Url, "second"));
        await first.StartAsync();
        List<string> ids = [.. await SubmitAsync(first, "before")];

        await MigrateAsync(database);
        ids.AddRange(await SubmitAsync(first, "during"));
        await second.StartAsync();
        ids.AddRange(await SubmitAsync(second, "after"));
        await first.SignalAsync("TERM");
        await first.WaitForExitAsync(TimeSpan.FromSeconds(40));
        await first.StartAsync();
        ids.AddRange(await SubmitAsync(first, "anew"));

        foreach (var id in ids)
            await second.Api.AssertCompletesAsync(id);
        foreach (var id in ids)
            await AssertHistoryAsync(first.Api, id);
        await AssertEffectsAsync(ids, "first", "second", "third");
    }

    [Theory]
    [InlineData("pao", "The requests' database belongs to a build of PAO that is 2 releases newer than this one")]
    [InlineData("task_hub", "The task hub's database belongs to a build of PAO that is 2 releases newer than this one")]
    public async Task A_schema_that_is_two_releases_newer_is_refused_and_who_runs_already_runs_on(string schema, string reason)
    {
        var database = Own(await TestDatabase.CreateAsync());
        var (first, late) = (Pao(database.Url, "first"), Pao(database.Url, "late"));
        await first.StartAsync();
        await MigrateAsync(database);
        await database.ReadAsync(Newer(schema, schema == "pao" ? "now()::text" : "now()"));

        late.Launch();
        await late.WaitForExitAsync(TimeSpan.FromMinutes(3));

        Assert.NotEqual(0, late.ExitCode);
        Assert.Contains(reason, late.WholeOutput, StringComparison.Ordinal);
        Assert.False(first.HasExited, first.WholeOutput);
        await first.Api.AssertCompletesAsync(await first.Api.SubmitAsync("testing-three-steps", Named("goes on")));
    }

    [Fact]
    public async Task A_process_that_learns_after_its_start_that_it_cannot_go_on_ends_with_the_exit_code_1()
    {
        var database = Own(await TestDatabase.CreateAsync());
        var (first, late) = (Pao(database.Url, "first"), Pao(database.Url, "late"));
        await first.StartAsync();
        await MigrateAsync(database);
        await database.ReadAsync(Newer("pao", "now()::text"));
        await first.KillAsync();

        await database.AllowConnectionsAsync(false);
        late.Launch();
        await Until.TrueAsync(() => Task.FromResult(late.Said("Now listening on")), () => $"it serves although its database is away:\n{late.Output}");
        Assert.False(await late.IsReadyAsync());
        await database.AllowConnectionsAsync(true);
        await late.WaitForExitAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(1, late.ExitCode); // 0, which a stop in good order has, would keep its supervisor from telling anybody
        Assert.Contains("The requests' database belongs to a build of PAO that is 2 releases newer than this one", late.WholeOutput, StringComparison.Ordinal);
    }

    private static Task<string[]> SubmitAsync(PaoProcess pao, string name) =>
        Task.WhenAll(Enumerable.Range(0, 10).Select(i => pao.Api.SubmitAsync("testing-three-steps", Named($"{name}-{i}"))));

    private static string Newer(string schema, string now) =>
        $"insert into {schema}.schema_release (release, applied_at) select max(release) + 1, {now} from {schema}.schema_release";

    /// <summary>Each table by itself: a transaction that locked them all would wait for the load in one order and be waited for in another.</summary>
    private static async Task MigrateAsync(TestDatabase database)
    {
        var tables = await database.ReadAsync("select schemaname || '.' || tablename from pg_tables where schemaname in ('pao', 'task_hub')");
        Assert.InRange(tables.Count, 20, 100);
        foreach (var table in tables)
            await database.ReadAsync($"alter table {table} add column next_release text not null default 'new'");
        foreach (var sql in NextRelease)
            await database.ReadAsync(sql);
    }
}
