using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>The example of docs/custom-actions.md: an executor in JavaScript, which connects without a token.</summary>
public sealed class CustomActionTests : EndToEndTest
{
    private readonly int _hubPort = Repository.FreePort();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_request_waits_visibly_for_a_worker_in_another_language_and_completes_when_it_comes(string store)
    {
        var catalog = Directory.CreateDirectory(Path.Combine(Folder("catalog"), "starter"));
        File.Copy(Path.Combine(NodeWorkerProcess.Folder, "team-page.yaml"), Path.Combine(catalog.FullName, "team-page.yaml"));
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), await NewDatabaseAsync(store), Folder("catalog"))
        {
            Settings = [$"--Pao:TaskHub:Server:Urls=http://127.0.0.1:{_hubPort}"],
        });
        await pao.StartAsync();

        var id = await pao.Api.SubmitAsync("starter-team-page", new JsonObject { ["team"] = "Ada & Co", ["purpose"] = "Engines" });
        await Until.TrueAsync(
            async () => (await LogAsync(pao, id)).Contains("for a worker that has the activity 'CreateTeamPage'", StringComparison.Ordinal),
            () => "the request says what it waits for");
        Assert.Equal("in_progress", await pao.Api.StatusAsync(id));

        // What it waits for outlives the process that asked.
        await pao.KillAsync();
        await pao.StartAsync();
        Own(await NodeWorkerProcess.StartAsync($"127.0.0.1:{_hubPort}", Folder("pages")));

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        var page = Assert.Single(Directory.GetFiles(Folder("pages")));
        Assert.Equal($"{id}.html", Path.GetFileName(page));
        Assert.Contains("<title>Ada &#38; Co</title>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var action = (await pao.Api.GetAsync($"/requests/{id}"))["actions"]?[0];
        Assert.Equal(new Uri(page).AbsoluteUri, (string?)action?["output"]?["url"]);
        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        if (store == "sqlite")
            await RecordedHistory.KeepAsync(pao, new Dictionary<string, string> { ["starter-team-page"] = id });
    }

    private static async Task<string> LogAsync(PaoProcess pao, string id) =>
        (await pao.Api.GetAsync($"/requests/{id}/logs"))["data"]?.ToJsonString(Plain) ?? "";

    private static System.Text.Json.JsonSerializerOptions Plain { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
