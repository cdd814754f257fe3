using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Pao.Catalog;
using Pao.Catalog.Keeping;
using Pao.Orchestrator.Keeping;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Keeping;

public sealed class PostgresCatalogRestartTests : CatalogRestartTests<PostgresTestDatabase>;

public sealed class SqliteCatalogRestartTests : CatalogRestartTests<SqliteTestDatabase>;

/// <summary>The catalog of a folder over restarts, kept in a real database.</summary>
public abstract class CatalogRestartTests<TDatabase> : StoreConformance<TDatabase>, IDisposable
    where TDatabase : ITestDatabase, new()
{
    private const string Id = "starter-n1-standard";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("pao-restart-");
    private readonly List<ServiceProvider> _processes = [];

    private string Folder => Path.Combine(_home.FullName, "catalog");

    private string Away => Path.Combine(_home.FullName, "away");

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _home.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_restart_without_the_folder_offers_the_same()
    {
        Write("starter/n1.yaml", Item(1, "1.0.0"));
        Write("starter/wrong.yaml", "kind: [");
        var before = await Start().LoadAsync(Cancellation);
        Assert.True(before.IsKept);

        Directory.Move(Folder, Away);
        var after = await Start().LoadAsync(Cancellation);

        Assert.True(after.Snapshot.IsRestored);
        Assert.Equal(before.Snapshot.Version, after.Snapshot.Version);
        Assert.Equal(before.Snapshot.LoadedAt, after.Snapshot.LoadedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(["source.unavailable", "yaml.syntax"], after.Snapshot.Findings.Select(finding => finding.Rule).Order());
    }

    [Fact]
    public async Task A_folder_that_is_empty_because_nothing_is_mounted_takes_nothing_away()
    {
        Write("starter/n1.yaml", Item(1, "1.0.0"));
        await Start().LoadAsync(Cancellation);

        Directory.Move(Folder, Away);
        Directory.CreateDirectory(Folder);
        var after = await Start().LoadAsync(Cancellation);

        Assert.Equal([Id], after.Snapshot.Items.Keys);
        Assert.Contains("is it mounted?", after.Snapshot.Outage?.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_stale_is_stale_after_a_restart_and_what_was_never_valid_stays_out(bool isFolderThere)
    {
        var running = Start();
        Write("starter/n1.yaml", Item(1, "1.0.0"));
        Write("starter/n2.yaml", Item(2, "one"));
        await running.LoadAsync(Cancellation);
        Write("starter/n1.yaml", Item(1, "two"));
        var before = await running.LoadAsync(Cancellation);
        Assert.True(before.Snapshot.Items[Id].IsStale);

        if (!isFolderThere)
            Directory.Move(Folder, Away);
        var after = await Start().LoadAsync(Cancellation);

        Assert.Equal(["1.0.0"], after.Snapshot.Items.Values.Select(item => item.Version));
        Assert.Equal(before.Snapshot.Version, after.Snapshot.Version);
        Assert.Equal(before.Snapshot.Stale["starter/n1.yaml"].Since, after.Snapshot.Stale["starter/n1.yaml"].Since, TimeSpan.FromMicroseconds(1));
        Assert.Equal(
            ["starter/n1.yaml", "starter/n2.yaml"],
            after.Snapshot.Findings.Where(finding => finding.Rule == "version.semver").Select(finding => finding.File));
    }

    /// <summary>As the operators' guide has it.</summary>
    [Fact]
    public async Task What_an_operator_deletes_is_written_anew_by_the_next_load()
    {
        Write("starter/n1.yaml", Item(1, "1.0.0"));
        var running = Start();
        await running.LoadAsync(Cancellation);

        await Database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync("delete from catalog_items", _ => { }, Cancellation);
            return await transaction.ExecuteAsync("update catalog_load set number = number + 1", _ => { }, Cancellation);
        }, Cancellation);
        Assert.True((await running.LoadAsync(Cancellation)).IsKept);

        Directory.Move(Folder, Away);
        Assert.Equal([Id], (await Start().LoadAsync(Cancellation)).Snapshot.Items.Keys);
    }

    [Fact]
    public async Task One_change_among_five_thousand_documents_writes_one_row()
    {
        for (var i = 0; i < 5000; i++)
            Write($"starter/n{i}.yaml", Item(i, "1.0.0"));

        var running = Start();
        await running.LoadAsync(Cancellation); // what the first load costs beside: compiling the reader
        var first = Stopwatch.StartNew();
        var loaded = await Start(keeps: false).LoadAsync(Cancellation);
        var load = first.Elapsed;
        Assert.Equal(5000, loaded.Snapshot.Items.Count);
        await CountWritesAsync();

        Write("starter/n7.yaml", Item(7, "1.0.1"));
        var changed = await running.LoadAsync(Cancellation);
        Assert.Equal((0, 1, 0, true), (changed.Added, changed.Changed, changed.Removed, changed.IsKept));
        Assert.Equal([1L], await CountAsync("select count(*) as n from writes"));
        await running.LoadAsync(Cancellation);
        Assert.Equal([1L], await CountAsync("select count(*) as n from writes"));

        Directory.Move(Folder, Away);
        var (restored, restore) = (changed, TimeSpan.MaxValue);
        for (var run = 0; run < 3; run++) // the best of three: what else the machine does meanwhile is not the archive's
        {
            var second = Stopwatch.StartNew();
            restored = await Start().LoadAsync(Cancellation);
            restore = second.Elapsed < restore ? second.Elapsed : restore;
        }

        Assert.Equal(changed.Snapshot.Version, restored.Snapshot.Version);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"5,000 documents: load {load.TotalSeconds:f2} s, one change {changed.Duration.TotalSeconds:f2} s, restore {restore.TotalSeconds:f2} s");
        Assert.InRange(restore, TimeSpan.Zero, 2 * load + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Five_thousand_documents_are_kept_in_seconds()
    {
        for (var i = 0; i < 5000; i++)
            Write($"starter/n{i}.yaml", Item(i, "1.0.0"));
        var archive = new TimedArchive(new CatalogArchive(Database, TimeProvider.System));

        Assert.True((await Start(archive).LoadAsync(Cancellation)).IsKept);

        TestContext.Current.TestOutputHelper?.WriteLine($"5,000 documents kept in {archive.Keeping.TotalSeconds:f2} s");
        Assert.InRange(archive.Keeping, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private static string Item(int number, string version) => $$$"""
        kind: CatalogItem
        metadata:
          id: starter-n{{{number}}}-standard
          name: Test {{{number}}}
          description: A description that is long enough for everybody to know what they get.
          version: {{{version}}}
          category: starter
          owner: { team: platform, contact: platform@example.com }
        presentation:
          form:
            groups:
              - id: main
                name: Main
                fields:
                  - { id: name, name: Name, type: string, required: true, validation: { pattern: "^[a-z][a-z0-9-]+$", maxLength: 40 } }
                  - { id: size, name: Size, type: number, default: 20, validation: { min: 1, max: 100, integer: true } }
        fulfillment:
          strategy: { mode: automatic }
          manual:
            actions:
              - type: jira-ticket
                config: { ticket: { project: PLAT, summaryTemplate: "{{ fields.name }} for {{ request.user.id }}" } }
          automatic:
            actions:
              - type: webhook
                config: { endpoint: { url: "https://example.com/hook" }, body: { template: { name: "{{ fields.name }}", size: "{{ fields.size }}" } } }
        """;

    private ServiceCatalog Start(bool keeps = true) => Start(keeps ? new CatalogArchive(Database, TimeProvider.System) : null);

    /// <summary>Another process, or the same after a restart.</summary>
    private ServiceCatalog Start(ICatalogArchive? archive)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Pao:Catalog:Folder"] = Folder }).Build());
        if (archive is not null)
            services.AddSingleton(archive);
        var process = services.AddCatalog().BuildServiceProvider();
        _processes.Add(process);
        return process.GetRequiredService<ServiceCatalog>();
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>From here on each row that is written leaves a row in <c>writes</c>.</summary>
    private Task<bool> CountWritesAsync() => Database.WriteAsync(async transaction =>
    {
        string[] statements = typeof(TDatabase) == typeof(SqliteTestDatabase)
            ?
            [
                "create table writes (path text)",
                "create trigger count_inserts after insert on catalog_items begin insert into writes values (new.path); end",
                "create trigger count_updates after update on catalog_items begin insert into writes values (new.path); end",
                "create trigger count_deletes after delete on catalog_items begin insert into writes values (old.path); end",
            ]
            :
            [
                "create table writes (path text)",
                """
                create function count_writes() returns trigger language plpgsql as $$
                begin
                  insert into writes values (coalesce(new.path, old.path));
                  return null;
                end $$
                """,
                "create trigger count_writes after insert or update or delete on catalog_items for each row execute function count_writes()",
            ];
        foreach (var sql in statements)
            await transaction.ExecuteAsync(sql, _ => { }, Cancellation);
        return true;
    }, Cancellation);

    /// <summary>Tells how long the archive takes.</summary>
    private sealed class TimedArchive(ICatalogArchive archive) : ICatalogArchive
    {
        public TimeSpan Keeping { get; private set; }

        public Task<KeptCatalog?> ReadAsync(long? since, CancellationToken cancellationToken) => archive.ReadAsync(since, cancellationToken);

        public async Task<long?> KeepAsync(KeptChange change, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var number = await archive.KeepAsync(change, cancellationToken);
            Keeping = Stopwatch.GetElapsedTime(started);
            return number;
        }
    }
}
