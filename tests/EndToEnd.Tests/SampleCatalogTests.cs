using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>What a new user meets: what the sample catalog offers is fulfilled.</summary>
public sealed class SampleCatalogTests : EndToEndTest
{
    /// <summary>What needs more than the sandbox's resources, hooks, tickets, runs and workspaces, and is tried where that is.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["developer-tools-page-team"] = "a worker, with which CustomActionTests try it",
    };

    /// <summary>Those whose histories later versions are held to: enough to have each kind of step.</summary>
    private static readonly string[] Recorded =
    [
        "starter-hello-standard", "networking-dns-record", "databases-postgresql-standard", "messaging-topic-standard", "storage-bucket-standard",
        "compute-vm-linux",
    ];

    [Fact]
    public async Task Every_item_and_bundle_of_the_sample_catalog_is_fulfilled()
    {
        await Sandbox.SetJiraAsync(new { auto_resolve_milliseconds = 500 });
        await Sandbox.SetWorkflowsAsync(new { auto_complete_milliseconds = 500, conclusion = "success" });
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var entries = (await pao.Api.GetAsync("/catalog?limit=200"))["data"]?.AsArray() ?? [];
        Assert.Equal(Submissions.Keys.Order(), entries.Select(entry => (string?)entry?["id"] ?? "").Order());
        Assert.Empty(Elsewhere.Keys.Except(Submissions.Keys));

        Dictionary<string, string> requests = [];
        foreach (var (entry, submissions) in Submissions.Where(one => !Elsewhere.ContainsKey(one.Key)))
            for (var i = 0; i < submissions.Count; i++)
                requests[i == 0 ? entry : $"{entry} {i + 1}"] = await pao.Api.SubmitAsync(entry, submissions[i]);
        foreach (var (name, id) in requests)
            Assert.True(await pao.Api.EndOfAsync(id) == "completed", $"{name}: {await pao.Api.GetAsync($"/requests/{id}")}");

        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        await RecordedHistory.KeepAsync(pao, Recorded.ToDictionary(item => item, item => requests[item]));
    }

    [Fact]
    public async Task The_sandbox_answers_the_health_checks_of_the_sample_catalog()
    {
        const string Address = "127.0.0.1:8090";
        Assert.Contains("\nport=8090\n", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "run"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Repository.SampleCatalog, "*.yaml", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder("catalog"), Path.GetRelativePath(Repository.SampleCatalog, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? "");
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(copy, text.Replace(Address, new Uri(Sandbox.Url).Authority, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        }

        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Folder("catalog")));
        await pao.StartAsync();

        var probed = 0;
        foreach (var item in Submissions.Keys)
        {
            JsonNode? health = null;
            await Until.TrueAsync(
                async () => (string?)(health = await pao.Api.GetAsync($"/catalog/items/{item}/health"))["status"] is "none" or "healthy",
                () => $"{item} is healthy, and not: {health}");
            probed += (string?)health?["status"] is "healthy" ? 1 : 0;
        }

        Assert.True(probed > 0, "No document has a health check.");
    }

    /// <summary>By entry, the submissions that the catalog's tests render all templates with.</summary>
    private static IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> Submissions { get; } = JsonNode
        .Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Catalog.Tests", "Samples", "values.json")))?.AsObject()
        .ToDictionary(one => one.Key, one => (IReadOnlyList<JsonObject>)[.. one.Value?.AsArray().OfType<JsonObject>() ?? []]) ?? [];
}
