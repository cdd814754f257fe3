using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>More calls than the service can do cost those that are too many, not the service.</summary>
[Collection(nameof(Alone))]
public sealed class OverloadTests : EndToEndTest
{
    private const string Item = "testing-three-steps";

    /// <summary>By hand, a minute with the limits that are the service's own: PAO_OVERLOAD_SECONDS=60.</summary>
    private static readonly string? Seconds = Environment.GetEnvironmentVariable("PAO_OVERLOAD_SECONDS");

    private static readonly TimeSpan Overload = TimeSpan.FromSeconds(int.Parse(Seconds ?? "5", CultureInfo.InvariantCulture));

    [Fact]
    public async Task After_three_times_its_capacity_a_process_serves_the_normal_load_again()
    {
        var pao = Pao();
        if (Seconds is null) // five seconds must fill it on any machine
        {
            pao.Set("Pao__Limits__Calls", "8");
            pao.Set("Pao__Limits__WaitingCalls", "16");
        }

        await pao.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = Timeout.InfiniteTimeSpan }) { Timeout = TimeSpan.FromMinutes(5) };
        var key = await File.ReadAllTextAsync(Path.Combine(pao.Data, "access-key"), TestContext.Current.CancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
        var process = pao.Id;

        var capacity = await CapacityAsync(http, pao.Url);
        var over = await OfferedLoad.RunAsync(3 * capacity, Overload, stop => CallAsync(http, pao.Url, stop));
        var after = await OfferedLoad.RunAsync(capacity / 2, TimeSpan.FromMinutes(1), stop => CallAsync(http, pao.Url, stop), IsNormal);

        Say($"capacity {capacity:0}/s", over, after);
        Assert.Equal(process, pao.Id);
        Assert.False(pao.HasExited, pao.Output);
        Assert.Equal(0, over.Concat(after).Sum(second => second.Wrong));
        Assert.True(over.Sum(second => second.Sent) > 2 * capacity * Overload.TotalSeconds, "less came than twice what it can do");
        Assert.True(Seconds is not null || over.Sum(second => second.Refused) > 0, "nobody was told to come back");
        Assert.True(over.Sum(second => second.Good) > 0.5 * capacity * (Overload.TotalSeconds - 1), "under overload little was done");
        Assert.True(IsNormal(after), "within a minute the normal load was not served");
        await pao.WaitUntilReadyAsync();
    }

    /// <summary>Three seconds in a row in which 95 % were answered well.</summary>
    private static bool IsNormal(IReadOnlyList<OfferedLoad.Second> seconds) =>
        seconds.Count >= 3 && seconds.TakeLast(3).All(second => second.Good >= 0.95 * second.Sent);

    /// <summary>What it does when no caller comes before the last was answered.</summary>
    private static async Task<double> CapacityAsync(HttpClient http, string url)
    {
        var time = TimeSpan.FromSeconds(3);
        using var over = new CancellationTokenSource(time);
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (!over.IsCancellationRequested)
            {
                Assert.Equal(HttpStatusCode.Accepted, await CallAsync(http, url, CancellationToken.None));
                Interlocked.Increment(ref done);
            }
        }));
        return done / time.TotalSeconds;
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient http, string url, CancellationToken stop)
    {
        using var response = await http.PostAsJsonAsync(new Uri($"{url}/api/v1/requests"), PaoApi.Submission(Item, Named("over")), stop);
        return response.StatusCode;
    }

    private static void Say(string what, params IEnumerable<IReadOnlyList<OfferedLoad.Second>> runs)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(what);
        foreach (var second in runs.SelectMany(run => run))
            TestContext.Current.TestOutputHelper?.WriteLine($"{second}");
    }
}
