using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pao.Activities.Tests;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Tests.Sources.Ownership;

/// <summary>A repository with owners: alice has databases, bob has messaging, root has CODEOWNERS, nobody has starter.</summary>
internal sealed class Owned : IDisposable
{
    public const string Rules = """
        /databases/ @alice @acme/dba
        /messaging/ @bob
        /CODEOWNERS @root

        """;

    public const string Database = "databases/pg.yaml";
    public const string Topic = "messaging/topic.yaml";
    public const string Hello = "starter/hello.yaml";

    private readonly IHost _catalog;

    private Owned(Origin origin, IHost catalog) => (Origin, _catalog) = (origin, catalog);

    public Origin Origin { get; }

    public CatalogSnapshot Snapshot { get; private set; } = CatalogSnapshot.Empty;

    public ICatalogSource Source => _catalog.Services.GetRequiredService<ICatalogSource>();

    public static async Task<Owned> CreateAsync(SandboxProcess sandbox, string host, string rules = Rules, params (string Key, string Value)[] settings)
    {
        var origin = await Origin.CreateAsync(sandbox, host);
        await origin.TeamAsync("acme/dba", "dora");
        await origin.PushAsync("root", ("CODEOWNERS", rules), (Database, ItemOf(Database)), (Topic, ItemOf(Topic)), (Hello, ItemOf(Hello)));
        var owned = new Owned(origin, origin.Catalog(settings));
        await owned.LoadAsync();
        Assert.Empty(owned.Snapshot.Findings);
        Assert.Equal(3, owned.Snapshot.Items.Count);
        return owned;
    }

    public static string ItemOf(string path, string version = "1.0.0") => OriginCatalog.Item(IdOf(path), version);

    public static string IdOf(string path) => $"{path[..path.IndexOf('/')]}-{Path.GetFileNameWithoutExtension(path)}-standard";

    public void Dispose()
    {
        _catalog.Dispose();
        Origin.Dispose();
    }

    public async Task LoadAsync() => Snapshot = await _catalog.LoadAsync();

    /// <summary>Somebody pushes another version of a document, and the catalog is loaded.</summary>
    public async Task ChangeAsync(string login, string path, string version)
    {
        await Origin.PushAsync(login, (path, ItemOf(path, version)));
        await LoadAsync();
    }

    /// <summary>A change of one document that is proposed by one, reviewed by others, and merged.</summary>
    public async Task<int> ProposeAsync(string author, string path, string version) => (int)(await Origin.WorkAsync(
        "changes", new { author, commits = new[] { Origin.Commit(author, (path, ItemOf(path, version))) } }))!["number"]!;

    public Task ReviewAsync(int number, string login, string state = "APPROVED") => Origin.WorkAsync($"changes/{number}/reviews", new { login, state });

    public async Task MergeAsync(int number, string by, string method = "merge", object? more = null)
    {
        await Origin.WorkAsync($"changes/{number}/merge", new { by, method, more });
        await LoadAsync();
    }

    public void IsInForce(string path, string version)
    {
        var item = Snapshot.Items[IdOf(path)];
        Assert.Equal((version, false, path), (item.Version, item.IsStale, item.File));
        Assert.DoesNotContain(Snapshot.Findings, finding => finding.File == path && finding.Severity is Severity.Error);
    }

    /// <returns>What is told of it.</returns>
    public Finding IsRefused(string path, string? inForce)
    {
        var item = Snapshot.Items.GetValueOrDefault(IdOf(path));
        Assert.Equal((inForce, inForce is not null), (item?.Version, item?.IsStale is true));
        var finding = Assert.Single(Snapshot.Findings, finding => finding.File == path);
        Assert.Equal((Severity.Error, "codeowners.refused"), (finding.Severity, finding.Rule));
        return finding;
    }
}
