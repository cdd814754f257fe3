namespace Pao.EndToEnd.Tests;

/// <summary>Who watches requests misses nothing, whatever is killed.</summary>
public sealed class WatchTests : EndToEndTest
{
    private const int Requests = 20;
    private const int Kills = 4;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Watchers_are_told_every_version_once_across_kills(string store)
    {
        var pao = Pao(await NewDatabaseAsync(store));
        await pao.StartAsync();
        using var events = pao.Events();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        var ids = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => pao.Api.SubmitAsync("testing-three-steps", Named($"watched-{i}"))));
        var watching = ids.Select(id => events.AllAsync(id, patience.Token)).ToList();

        for (var kill = 0; kill < Kills; kill++)
        {
            using (var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(300 + (200 * kill))))
                await moment.WaitForNextTickAsync(patience.Token);
            await pao.KillAsync();
            await pao.StartAsync();
        }

        foreach (var told in await Task.WhenAll(watching))
        {
            Assert.Equal(Enumerable.Range(1, told.Count), told.Select(one => (int)one.Version));
            Assert.Equal("completed", told[^1].Status);
            Assert.Equal(["submitted", "validating", "queued", "in_progress", "completed"], told.Select(one => one.Status).Distinct());
        }

        Assert.True(events.Breaks > 0, "no stream was broken off: the kills came too late");
    }
}
