using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pao.Bench.Levels;

/// <summary>
/// Very many callers that wait at once, by long polls and by streams of events, each for one of some requests that stopped;
/// then a person gives these up, one after the other.
/// </summary>
internal static class Watchers
{
    private const int Requests = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const int ComePerSecond = 500;
    private static readonly TimeSpan UntilAllWait = TimeSpan.FromSeconds(5);

    public static Task RunAsync(Setup setup) => ServiceLevels.OnDeskAsync(setup, (desk, _) => RunAsync(setup, desk));

    private static async Task RunAsync(Setup setup, Desk desk)
    {
        var count = setup.Scaled(5_000);
        Table.Head(
            $"{count:N0} callers that wait at once for the end of one of {Requests} requests", "how", "told of it", "errors", "after it: median ms", "P99 ms", "working set MiB before", "while they wait");
        await MeasureAsync("long polls", desk, count, PollAsync);
        await MeasureAsync("server-sent events", desk, count, StreamAsync);
    }

    private static async Task MeasureAsync(string how, Desk desk, int count, Func<Desk, string, Task<bool>> watch)
    {
        var ids = await desk.FailAsync(Requests);
        var before = desk.WorkingSetMib;
        var ended = new long[ids.Count];
        var told = new long[count];
        var watchers = Enumerable.Range(0, count).Select(async number =>
        {
            await Task.Delay(TimeSpan.FromSeconds((double)number / ComePerSecond));
            if (await watch(desk, ids[number % ids.Count]))
                told[number] = TimeProvider.System.GetTimestamp();
        }).ToList();
        await Task.Delay(UntilAllWait + TimeSpan.FromSeconds((double)count / ComePerSecond));
        var during = desk.WorkingSetMib;
        for (var i = 0; i < ids.Count; i++)
        {
            ended[i] = TimeProvider.System.GetTimestamp();
            using var answer = await desk.Client.PostAsync($"/api/v1/requests/{ids[i]}/abort", content: null);
            answer.EnsureSuccessStatusCode();
        }

        await Task.WhenAll(watchers).WaitAsync(Patience);
        var late = Enumerable.Range(0, count).Where(number => told[number] > 0)
            .Select(number => TimeProvider.System.GetElapsedTime(ended[number % ids.Count], told[number]).TotalMilliseconds).ToList();
        Table.Row($"| {how} | {late.Count:N0} | {count - late.Count} | {late.DefaultIfEmpty(double.NaN).Median():F0} | {late.DefaultIfEmpty(double.NaN).Quantile(0.99):F0} | {before:F0} | {during:F0} |");
    }

    private static async Task<bool> PollAsync(Desk desk, string id)
    {
        try
        {
            while (true)
            {
                var status = await desk.Client.GetFromJsonAsync<JsonObject>($"/api/v1/requests/{id}/status?wait=60s");
                if ((string?)status?["status"] is "aborted")
                    return true;
            }
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> StreamAsync(Desk desk, string id)
    {
        try
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/requests/{id}/status");
            call.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            using var answer = await desk.Client.SendAsync(call, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
            while (await lines.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains("\"aborted\"", StringComparison.Ordinal))
                    return true;
            }

            return false;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
