using System.Net;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Accepted means on disk.</summary>
public sealed class DurabilityTests : EndToEndTest
{
    [Fact]
    public async Task On_SQLite_no_request_is_accepted_without_an_fsync()
    {
        const int requests = 20;
        var trace = Folder("trace");
        var pao = Own(new PaoProcess(Sandbox, Folder("data"))
        {
            Wrapper = ["strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", trace],
        });
        await pao.StartAsync();

        var least = int.MaxValue;
        for (var i = 0; i < requests; i++)
        {
            var before = await SyncsAsync(trace);
            await pao.Api.SubmitAsync("testing-three-steps", Named($"sync-{i}"));
            least = Math.Min(least, await SyncsAsync(trace) - before);
        }

        // One for the request's row, one for the orchestration's start; other requests' steps add theirs.
        Assert.True(least >= 2, $"a request was accepted after {least} syncs");
    }

    [Fact]
    public async Task Killing_the_database_server_ten_times_loses_no_accepted_request()
    {
        var postgres = Own(await PrivatePostgres.StartNewAsync());
        var pao = Pao(postgres.Url);
        await pao.StartAsync();
        var random = new Random(7);
        using var stop = new CancellationTokenSource();
        var submitting = LoadAsync(pao, stop.Token);

        for (var i = 0; i < 10; i++)
        {
            using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(100, 700))))
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await postgres.KillAsync();
            await postgres.StartAsync();
        }

        await stop.CancelAsync();
        var (accepted, _) = await submitting;
        await pao.WaitUntilReadyAsync();
        Assert.True(accepted.Count > 10, $"only {accepted.Count} requests were accepted");
        foreach (var id in accepted)
            Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        foreach (var id in accepted)
            await AssertHistoryAsync(pao.Api, id);
    }

    [Fact]
    public async Task While_the_database_is_away_new_requests_get_503_and_accepted_ones_complete_afterwards()
    {
        var postgres = Own(await PrivatePostgres.StartNewAsync());
        var pao = Pao(postgres.Url);
        await pao.StartAsync();
        using var stop = new CancellationTokenSource();
        var submitting = LoadAsync(pao, stop.Token);
        var process = pao.Id;
        await Until.TrueAsync(async () => (await Sandbox.LedgerAsync()).Count > 20, () => "the load runs");

        await postgres.StopAsync();
        using (var away = new PeriodicTimer(TimeSpan.FromSeconds(10)))
            await away.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        using var refused = await pao.Api.SendAsync(HttpMethod.Post, "/requests", PaoApi.Submission("testing-three-steps", Named("away")));
        Assert.False(await pao.IsReadyAsync());
        await postgres.StartAsync();
        await pao.WaitUntilReadyAsync();
        var late = await pao.Api.SubmitUntilAcceptedAsync("testing-three-steps", Named("back"), "back");
        await stop.CancelAsync();
        var (accepted, unavailable) = await submitting;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.True(unavailable > 0, "requests were refused while the database was away");
        Assert.Equal(process, pao.Id);
        foreach (var id in accepted.Append(late))
            Assert.Equal("completed", await pao.Api.EndOfAsync(id));
    }

    private static async Task<int> SyncsAsync(string trace) =>
        (await File.ReadAllLinesAsync(trace)).Count(line => line.Contains("sync(", StringComparison.Ordinal));

    /// <summary>Submits one request after another in four lanes; what happens to those that were not accepted does not count.</summary>
    private static async Task<(List<string> Accepted, int Unavailable)> LoadAsync(PaoProcess pao, CancellationToken stop)
    {
        List<string> accepted = [];
        var unavailable = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async lane =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
                using var response = await pao.Api.SendAsync(
                    HttpMethod.Post, "/requests", PaoApi.Submission("testing-three-steps", Named($"load-{lane}-{i}")));
                if (response.StatusCode == HttpStatusCode.Accepted)
                    Add(accepted, await response.Content.ReadAsStringAsync(CancellationToken.None));
                else if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    Interlocked.Increment(ref unavailable);
                else
                    Assert.Fail($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
        }));
        return (accepted, unavailable);
    }

    private static void Add(List<string> accepted, string body)
    {
        lock (accepted)
            accepted.Add((string?)System.Text.Json.Nodes.JsonNode.Parse(body)?["id"] ?? throw new InvalidOperationException(body));
    }
}
