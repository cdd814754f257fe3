using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>The REST interface, the fulfilment and the hub as three processes.</summary>
public sealed class RoleTests : EndToEndTest
{
    private readonly int _hubPort = Repository.FreePort();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_request_completes_although_each_of_three_processes_is_killed(string store)
    {
        var database = await NewDatabaseAsync(store);
        var (hub, api, worker) = (Role("hub", database), Role("api", database), Role("worker", database));
        PaoProcess[] all = [hub, api, worker];
        foreach (var process in all)
            await process.StartAsync();

        List<string> ids = [await api.Api.SubmitAsync("testing-three-steps", Named("untroubled"))];
        Assert.Equal("completed", await api.Api.EndOfAsync(ids[0]));
        foreach (var process in all)
        {
            ids.Add(await api.Api.SubmitAsync("testing-three-steps", Named($"kill-{ids.Count}")));
            await process.KillAsync();
            await process.StartAsync();
            Assert.Equal("completed", await api.Api.EndOfAsync(ids[^1]));
        }

        await AssertEffectsAsync(ids, "first", "second", "third");
    }

    [Fact]
    public async Task While_the_hub_is_away_requests_are_accepted_and_complete_when_it_is_back()
    {
        var (hub, api, worker) = (Role("hub"), Role("api"), Role("worker"));
        await hub.StartAsync();
        await api.StartAsync();
        await worker.StartAsync();

        await hub.KillAsync();
        await Until.TrueAsync(async () => !await api.IsReadyAsync(), () => "the api says that the hub is away");
        var id = await api.Api.SubmitAsync("testing-three-steps", Named("patient"));
        await hub.StartAsync();

        Assert.Equal("completed", await api.Api.EndOfAsync(id));
        await AssertEffectsAsync([id], "first", "second", "third");
    }

    [Fact]
    public async Task A_hub_in_the_open_without_TLS_stops_the_start_and_says_why()
    {
        var hub = Own(new PaoProcess(Sandbox, Folder("data")) { Settings = ["--Pao:Role=hub", "--Pao:TaskHub:Server:Urls=http://0.0.0.0:4001"] });

        hub.Launch();
        await hub.WaitForExitAsync(TimeSpan.FromSeconds(30));

        Assert.NotEqual(0, hub.ExitCode);
        Assert.Contains("takes https and a token", hub.Output, StringComparison.Ordinal);
    }

    private PaoProcess Role(string role, string? database = null) => Own(new PaoProcess(Sandbox, Folder("data"), database)
    {
        Settings = role == "hub"
            ? ["--Pao:Role=hub", $"--Pao:TaskHub:Server:Urls=http://127.0.0.1:{_hubPort}"]
            :
            [
                $"--Pao:Role={role}",
                $"--Pao:DurableTaskConnection=Endpoint=http://127.0.0.1:{_hubPort};TaskHub=default;Authentication=Token;TokenFilePath={Path.Combine(Folder("data"), "hub-token")}",
            ],
    });
}
