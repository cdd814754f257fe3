using Pao.EndToEnd.Tests.Programs;
using Pao.TaskHub.Tests.Harness;

namespace Pao.EndToEnd.Tests;

/// <summary>PAO whose connections, the hub's and the request store's, all go through PgBouncer in transaction mode.</summary>
public sealed class PoolerTests : EndToEndTest
{
    [Fact]
    public async Task Requests_to_two_processes_behind_a_pooler_complete_although_the_pooler_restarts()
    {
        var database = Own(await TestDatabase.CreateAsync());
        var bouncer = Own(await PgBouncer.StartNewAsync(database.ConnectionString));
        var url = bouncer.Through(database.ConnectionString);
        var (a, b) = (Pao(url, "a"), Pao(url, "b"));
        await a.StartAsync();
        await b.StartAsync();

        List<string> ids = [await a.Api.SubmitAsync("testing-three-steps", Named("untroubled"))];
        Assert.Equal("completed", await b.Api.EndOfAsync(ids[0]));
        for (var i = 0; i < 4; i++)
            ids.Add(await (i % 2 == 0 ? a : b).Api.SubmitAsync("testing-three-steps", Named($"cut off {i}")));
        await bouncer.RestartAsync();
        foreach (var pao in (PaoProcess[])[a, b])
        {
            await pao.WaitUntilReadyAsync(); // which may have been found a second ago: what is sent again meets the broken connections
            ids.Add(await pao.Api.SubmitUntilAcceptedAsync("testing-three-steps", Named($"back {ids.Count}"), $"back-{ids.Count}"));
        }

        foreach (var id in ids)
            Assert.Equal("completed", await a.Api.EndOfAsync(id));
        await AssertEffectsAsync(ids, "first", "second", "third");
        foreach (var id in ids)
            await AssertHistoryAsync(b.Api, id);
        await Until.TrueAsync(
            () => Task.FromResult(a.Said("messages are found by polling")),
            () => $"it says that it polls; it says: {a.Output}");
    }
}
