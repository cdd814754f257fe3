namespace Pao.Catalog.Tests.Bundles;

public sealed class StaleBundleTests : IDisposable
{
    private const string Id = "bundle-shop-standard";
    private const string Database = "databases/database.yaml";

    private readonly string _folder = Directory.CreateTempSubdirectory("pao-bundles-").FullName;
    private readonly ServiceCatalog _catalog;

    public StaleBundleTests()
    {
        _catalog = TestCatalog.Of(TestCatalog.Options(_folder));
        Write(Database, Item());
    }

    public void Dispose()
    {
        _catalog.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("kind: [")]
    [InlineData("kind: CatalogBundle")]
    [InlineData(null)]
    public async Task A_bundle_that_becomes_wrong_keeps_its_last_valid_version(string? wrong)
    {
        Write(BundleDocuments.File, Bundle("1.0.0"));
        Assert.False((await RefreshAsync()).Bundles[Id].IsStale);

        Write(BundleDocuments.File, wrong ?? Bundle("2.0.0", item: "databases-none-standard"));
        for (var load = 0; load < 2; load++)
        {
            var stale = await RefreshAsync();
            Assert.True(stale.Bundles[Id].IsStale);
            Assert.Equal("1.0.0", stale.Bundles[Id].Version);
            Assert.Contains(stale.Findings, finding => finding.Severity is Severity.Error && finding.File == BundleDocuments.File);
        }

        Write(BundleDocuments.File, Bundle("2.0.0"));
        var right = await RefreshAsync();

        Assert.False(right.Bundles[Id].IsStale);
        Assert.Equal("2.0.0", right.Bundles[Id].Version);
        Assert.Empty(right.Findings);
    }

    [Fact]
    public async Task A_stale_bundle_goes_when_it_does_not_fit_the_items_any_more_and_comes_back_with_them()
    {
        Write(BundleDocuments.File, Bundle("1.0.0"));
        await RefreshAsync();
        Write(BundleDocuments.File, "kind: [");
        Assert.True((await RefreshAsync()).Bundles[Id].IsStale);

        Write(Database, Item().Replace("id: size", "id: gigabytes", StringComparison.Ordinal));
        Assert.Empty((await RefreshAsync()).Bundles);

        Write(Database, Item());
        Assert.True((await RefreshAsync()).Bundles[Id].IsStale);
    }

    [Fact]
    public async Task A_bundle_goes_with_an_item_that_it_needs_and_comes_back_with_it()
    {
        Write(BundleDocuments.File, Bundle("1.0.0"));
        await RefreshAsync();

        File.Delete(Path.Combine(_folder, Database));
        var without = await RefreshAsync();
        Assert.Empty(without.Bundles);
        Assert.Equal(("component.item", "/components/0/catalogItem"), Assert.Single(without.Findings) is var one ? (one.Rule, one.Pointer) : default);

        Write(Database, Item());
        Assert.False((await RefreshAsync()).Bundles[Id].IsStale);
    }

    [Fact]
    public async Task A_bundle_has_the_version_of_its_item_that_is_in_force()
    {
        Write(BundleDocuments.File, Bundle("1.0.0"));
        await RefreshAsync();

        Write(Database, Item().Replace("version: 2.1.0", "version: 2.2.0", StringComparison.Ordinal));
        Assert.Equal("2.2.0", (await RefreshAsync()).Bundles[Id].Components[0].Item.Version);

        Write(Database, Item().Replace("version: 2.1.0", "version: two", StringComparison.Ordinal));
        var stale = (await RefreshAsync()).Bundles[Id];
        Assert.False(stale.IsStale);
        Assert.True(stale.Components[0].Item.IsStale);
        Assert.Equal("2.2.0", stale.Components[0].Item.Version);

        Write(Database, Item().Replace("version: 2.1.0", "version: 3.0.0", StringComparison.Ordinal));
        var outOfRange = await RefreshAsync();
        Assert.Empty(outOfRange.Bundles);
        Assert.Equal("component.version", Assert.Single(outOfRange.Findings).Rule);
    }

    [Fact]
    public async Task A_file_that_becomes_an_item_is_no_bundle_any_more()
    {
        Write(BundleDocuments.File, Bundle("1.0.0"));
        await RefreshAsync();
        Write(BundleDocuments.File, Item().Replace("databases-db-standard", "bundles-db-standard", StringComparison.Ordinal));
        Assert.Equal((2, 0), Counts(await RefreshAsync()));

        Write(BundleDocuments.File, "kind: [");

        Assert.Equal((2, 0), Counts(await RefreshAsync()));
    }

    [Fact]
    public async Task Five_thousand_items_and_a_hundred_bundles_load_in_seconds()
    {
        for (var i = 0; i < 5000; i++)
        {
            Write($"databases/n{i}.yaml", Item().Replace("databases-db-standard", $"databases-n{i}-standard", StringComparison.Ordinal));
        }

        for (var i = 0; i < 100; i++)
        {
            var components = string.Join("\n", Enumerable.Range(0, 10).Select(n =>
                $"- {{ id: c{n}, catalogItem: databases-n{i * 10 + n}-standard, config: {{ name: '{(n == 0 ? "x" : $"{{{{ components.c{n - 1}.outputs.id }}}}")}' }} }}"));
            Write($"bundles/b{i}.yaml", BundleDocuments.Bundle(components, id: $"bundle-b{i}-standard"));
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal((5001, 100), Counts(await RefreshAsync()));
        var first = clock.Elapsed;
        clock.Restart();
        Assert.Equal((5001, 100), Counts(await RefreshAsync()));
        var again = clock.Elapsed;

        TestContext.Current.TestOutputHelper?.WriteLine($"first {first}, again {again}");
        Assert.InRange(first, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.InRange(again, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static (int Items, int Bundles) Counts(CatalogSnapshot snapshot) => (snapshot.Items.Count, snapshot.Bundles.Count);

    private static string Item() => File.ReadAllText(Path.Combine(BundleDocuments.Folder, "database.yaml"));

    private static string Bundle(string version, string item = "databases-db-standard") => BundleDocuments.Bundle(
        $"- {{ id: db, catalogItem: {item}, version: ^2.0.0, config: {{ name: '{{{{ fields.name }}}}', size: 5 }} }}", version: version);

    private Task<CatalogSnapshot> RefreshAsync() => _catalog.RefreshAsync(TestContext.Current.CancellationToken);

    private void Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
