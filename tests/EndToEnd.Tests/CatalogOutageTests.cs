using System.Text.RegularExpressions;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>The catalog's source is away, or its database, or the process dies between the two.</summary>
public sealed class CatalogOutageTests : EndToEndTest
{
    private const string Item = "testing-three-steps";

    private string Catalog => Folder("catalog");

    private string Document => Path.Combine(Catalog, "testing", "three-steps.yaml");

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Without_its_catalog_folder_a_start_serves_what_was_loaded_last_and_fulfils_it(string store)
    {
        CopyCatalog();
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();
        var version = await VersionAsync(pao);
        Change("broken");
        Assert.Equal(1, (int?)(await RefreshAsync(pao))["stale"]);
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Directory.Move(Catalog, Folder("away"));
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync(Item, Named("outage"));

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        Assert.Equal(version, await VersionAsync(pao));
        var findings = await pao.Api.GetAsync("/catalog/validation-errors");
        Assert.True((bool?)findings["restored"]);
        Assert.False((bool?)findings["source"]?["available"]);
        Assert.Equal(
            ["source.unavailable", "version.semver"], findings["errors"]?.AsArray().Select(finding => (string?)finding?["rule"]));
        Assert.Equal(version, (string?)findings["errors"]?[1]?["in_force"]?["version"]);
        var health = await pao.Api.GetAsync("/health");
        Assert.Equal(("up", "up", "down"), ((string?)health["status"], (string?)health["parts"]?["catalog"], (string?)health["parts"]?["catalog_source"]));
        Assert.Equal((string?)findings["loaded_at"], (string?)health["catalog_outage"]?["loaded_at"]);

        Directory.Move(Folder("away"), Catalog);
        Change("9.9.9");
        await Until.TrueAsync(async () => await VersionAsync(pao) == "9.9.9", () => "the folder that is back is loaded");
        Assert.True((bool?)(await pao.Api.GetAsync("/catalog/validation-errors"))["valid"]);
    }

    [Fact]
    public async Task A_database_that_is_away_at_the_start_keeps_the_catalog_from_nothing_and_gets_it_later()
    {
        CopyCatalog();
        var postgres = Own(await PrivatePostgres.StartNewAsync());
        await postgres.StopAsync();
        var pao = Pao(postgres.Url);

        pao.Launch();
        await Until.TrueAsync(
            async () =>
            {
                Assert.False(pao.HasExited, pao.Output);
                return await AnswersAsync(pao) && await VersionAsync(pao) is not null;
            },
            () => $"the catalog is there; it said:\n{pao.Output}");
        await postgres.StartAsync();
        await pao.WaitUntilReadyAsync();
        await Until.TrueAsync(
            async () => await postgres.CountAsync("select count(*) from pao.catalog_items") > 0, () => "the catalog is kept once the database is back");
        await pao.KillAsync();

        Directory.Delete(Catalog, recursive: true);
        await pao.StartAsync();
        Assert.NotNull(await VersionAsync(pao));
    }

    [Theory]
    [InlineData("catalog.before-keep", "sqlite")]
    [InlineData("catalog.after-keep", "sqlite")]
    [InlineData("catalog.before-keep", "postgres")]
    [InlineData("catalog.after-keep", "postgres")]
    public async Task A_crash_between_the_swap_and_its_keeping_costs_nothing(string point, string store)
    {
        CopyCatalog();
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();
        await pao.KillAsync();

        Change("7.0.0");
        pao.Launch(("PAO_CRASH_AT", point));
        await pao.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself at {point}, but ended with {pao.ExitCode}:\n{pao.Output}");

        await pao.StartAsync();
        Assert.Equal("7.0.0", await VersionAsync(pao));
        Assert.True((bool?)(await RefreshAsync(pao))["kept"]);
        await pao.KillAsync();

        Directory.Delete(Catalog, recursive: true);
        await pao.StartAsync();
        Assert.Equal("7.0.0", await VersionAsync(pao));
    }

    private PaoProcess Pao(string? databaseUrl) => Own(new PaoProcess(Sandbox, Folder("data"), databaseUrl, Catalog));

    private void CopyCatalog() => CopyFolder(Repository.TestCatalog, Catalog);

    private void Change(string version) =>
        File.WriteAllText(Document, Regex.Replace(File.ReadAllText(Document), "(?m)^  version: .*$", $"  version: {version}"));

    private static async Task<string?> VersionAsync(PaoProcess pao) => (string?)(await pao.Api.GetAsync($"/catalog/items/{Item}"))["version"];

    private static async Task<System.Text.Json.Nodes.JsonNode> RefreshAsync(PaoProcess pao)
    {
        using var answer = await pao.Api.SendAsync(HttpMethod.Post, "/catalog/refresh");
        return System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync()) ?? throw new InvalidOperationException("null");
    }

    private static async Task<bool> AnswersAsync(PaoProcess pao)
    {
        try
        {
            await pao.Api.GetAsync("/health");
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return false; // it does not listen yet
        }
    }
}
