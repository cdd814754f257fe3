using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Tests.Samples;

/// <summary>The catalog that comes with PAO, and what somebody could submit to each of its entries: values.json.</summary>
public sealed class SampleCatalog : IAsyncLifetime, IDisposable
{
    public const string Sandbox = "http://127.0.0.1:8090";

    private readonly ServiceCatalog _catalog = TestCatalog.Of(Options);

    public static CatalogOptions Options { get; } = TestCatalog.Options(TestCatalog.SampleFolder, "SANDBOX_URL");

    public CatalogSnapshot Snapshot { get; private set; } = CatalogSnapshot.Empty;

    public IReadOnlyList<CatalogEntry> Entries => [.. Snapshot.Items.Values, .. Snapshot.Bundles.Values];

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("SANDBOX_URL", Sandbox);
        Snapshot = await _catalog.RefreshAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _catalog.Dispose();

    /// <summary>By entry: several submissions, which together make every field and every action come and go.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Values { get; } = JsonNode
        .Parse(File.ReadAllText(Path.Combine(TestCatalog.SampleFolder, "..", "tests", "Catalog.Tests", "Samples", "values.json")))!.AsObject()
        .ToDictionary(one => one.Key, one => (IReadOnlyList<JsonObject>)[.. one.Value!.AsArray().Select(values => values!.AsObject())]);

    public static IReadOnlyList<string> Files { get; } =
    [
        .. Directory.EnumerateFiles(TestCatalog.SampleFolder, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(TestCatalog.SampleFolder, file).Replace('\\', '/'))
            .Where(file => file.Split('/')[0] is not ("schema" or "templates"))
            .Order(StringComparer.Ordinal),
    ];

    public static string Text(string file) => File.ReadAllText(Path.Combine(TestCatalog.SampleFolder, file));

    internal static YamlMapping Tree(string file) =>
        (YamlMapping)YamlReader.Read(File.ReadAllBytes(Path.Combine(TestCatalog.SampleFolder, file)), new FindingList(file))!;

    /// <summary>What the scopes hold when a request for the entry comes to an action or a component.</summary>
    public static TemplateScopes ScopesOf(CatalogEntry entry, JsonObject fields) => new()
    {
        Fields = entry.Form.ToScope(fields),
        Metadata = entry.Metadata,
        Request = JsonNode.Parse("""
            {"id": "7", "user": {"id": "ada", "email": "ada@example.com", "name": "Ada", "teams": ["shop"]}, "team": null,
             "submittedAt": "2026-03-01T08:30:00Z", "correlationId": "c"}
            """)!.AsObject(),
        System = JsonNode.Parse("""
            {"date": "2026-03-01", "time": "08:30:00", "timestamp": "2026-03-01T08:30:00Z", "environment": "test", "region": "eu",
             "hostname": "h", "version": "0.1.0"}
            """)!.AsObject(),
        Now = TestCatalog.Now,
    };

    /// <summary>Something for each output that an action has.</summary>
    internal static JsonObject OutputsOf(ActionDefinition action) => new(OutputRules.Names(action).Select(name => KeyValuePair.Create(
        name, (JsonNode?)(name is "body" or "result" ? new JsonObject { ["id"] = $"{action.Id}-7" } : $"{action.Id}-{name}"))));
}
