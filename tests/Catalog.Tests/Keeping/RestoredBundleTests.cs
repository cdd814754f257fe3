using Pao.Catalog.Tests.Bundles;

namespace Pao.Catalog.Tests.Keeping;

/// <summary>A bundle is valid only together with its items, also after a restart.</summary>
public sealed class RestoredBundleTests : KeepingTest
{
    private const string Id = "bundle-shop-standard";
    private const string Database = "databases/database.yaml";

    private static string DatabaseItem { get; } = File.ReadAllText(Path.Combine(BundleDocuments.Folder, "database.yaml"));

    [Theory]
    [InlineData("kind: [", true)]
    [InlineData("kind: [", false)]
    [InlineData(null, true)]
    [InlineData(null, false)]
    public async Task A_bundle_that_became_wrong_keeps_its_last_valid_version(string? wrong, bool isSourceAway)
    {
        Source[Database] = DatabaseItem;
        Source[BundleDocuments.File] = Bundle("1.0.0");
        var first = Start();
        await LoadAsync(first);
        Source[BundleDocuments.File] = wrong ?? Bundle("2.0.0", item: "databases-none-standard");
        await LoadAsync(first);
        Assert.True(first.Current.Bundles[Id].IsStale);

        Source.Away = isSourceAway ? "down" : null;
        var second = Start();
        var snapshot = (await LoadAsync(second)).Snapshot;

        Assert.Equal(("1.0.0", true), (snapshot.Bundles[Id].Version, snapshot.Bundles[Id].IsStale));
        Assert.Equal("1.0.0", snapshot.Stale[BundleDocuments.File].Version);
        Assert.Contains(snapshot.Findings, finding => finding.Severity is Severity.Error && finding.File == BundleDocuments.File);
        Assert.Equal(first.Current.Version, snapshot.Version);

        Source.Away = null;
        Source[BundleDocuments.File] = Bundle("2.0.0");
        Assert.Equal(("2.0.0", false), (await LoadAsync(second)).Snapshot.Bundles[Id] is var right ? (right.Version, right.IsStale) : default);
    }

    [Fact]
    public async Task A_bundle_that_misses_an_item_comes_back_with_it()
    {
        Source[Database] = DatabaseItem;
        Source[BundleDocuments.File] = Bundle("1.0.0");
        var first = Start();
        await LoadAsync(first);
        Source[Database] = null;
        Assert.Empty((await LoadAsync(first)).Snapshot.Bundles);

        Source.Away = "down";
        var second = Start();
        Assert.Empty((await LoadAsync(second)).Snapshot.Bundles);
        Source.Away = null;
        Source[Database] = DatabaseItem;

        Assert.False((await LoadAsync(second)).Snapshot.Bundles[Id].IsStale);
    }

    private static string Bundle(string version, string item = "databases-db-standard") => BundleDocuments.Bundle(
        $"- {{ id: db, catalogItem: {item}, version: ^2.0.0, config: {{ name: '{{{{ fields.name }}}}', size: 5 }} }}", version: version);
}
