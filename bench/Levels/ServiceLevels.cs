using Pao.Bench.Http;

namespace Pao.Bench.Levels;

/// <summary>
/// What the service promises its callers, against a real process on PostgreSQL, every call signed; bare Kestrel with answers of
/// the same size beside it.
/// </summary>
internal static class ServiceLevels
{
    public static Task RunAsync(Setup setup) => OnDeskAsync(setup, (desk, _) => CallsAsync(setup, desk));

    /// <summary>PAO on a new database, with a target to call.</summary>
    public static async Task OnDeskAsync(Setup setup, Func<Desk, Store, Task> measure)
    {
        if (setup.Server is null)
        {
            Console.Error.WriteLine("The service levels are those of PostgreSQL: name a server.");
            return;
        }

        await using var store = await Store.PostgresAsync(setup, setup.Server);
        using var target = await Peer.AnsweringAsync(setup, """{"id": "1"}"""u8.ToArray());
        using var desk = new Desk(setup, store, target.Address);
        await desk.StartAsync();
        await measure(desk, store);
    }

    private static async Task CallsAsync(Setup setup, Desk desk)
    {
        Table.Head(
            "Calls, each signed", "what", "asked for", "server", "calls", "errors", "median ms", "P95 ms", "P99 ms", "");
        string[] statuses = [.. (await desk.SubmitAsync(100)).Select(id => $"/api/v1/requests/{id}/status")];
        await desk.WarmUpAsync(statuses);
        var catalog = new Level("GET /catalog", 500, "P95 < 20 ms", figures => figures.P95 < 20);
        await catalog.MeasureAsync(setup, desk, ["/api/v1/catalog"]);
        await catalog.MeasureBesideAsync(setup, desk, ["/api/v1/catalog"]);

        var submission = new Level("POST /requests", 200, "P99 < 250 ms", figures => figures.P99 < 250);
        await submission.MeasureAsync(setup, desk, Desk.Submission);

        var status = new Level("GET /requests/{id}/status, of 100", 2_000, "P99 < 10 ms", figures => figures.P99 < 10);
        await status.MeasureAsync(setup, desk, statuses);
        await status.MeasureBesideAsync(setup, desk, statuses);
        await CallersAsync(desk, statuses);
    }

    /// <summary>As many callers as the mission asks for, each with its next call as soon as it has an answer.</summary>
    private static async Task CallersAsync(Desk desk, string[] statuses)
    {
        const int callers = 1_000;
        const int callsEach = 20;
        var started = TimeProvider.System.GetTimestamp();
        var answered = await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            var good = 0;
            for (var call = 0; call < callsEach; call++)
            {
                var request = (caller + call) % 10 == 0 ? Desk.Submission(call) : new HttpRequestMessage(HttpMethod.Get, statuses[(caller + call) % statuses.Length]);
                good += await OpenLoop.IsAnsweredAsync(desk.Client, request) ? 1 : 0;
            }

            return good;
        }));
        var took = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var errors = callers * callsEach - answered.Sum();
        Table.Row($"| {callers:N0} callers at once, one submission in ten calls | no error | PAO | {callers * callsEach:N0} ({callers * callsEach / took:N0}/s) | {errors} | | | | {Table.Verdict(errors == 0)} |");
    }
}

/// <summary>A rate of calls, and how fast they are to be answered.</summary>
internal sealed record Level(string What, int PerSecond, string AskedFor, Func<OpenLoop.Figures, bool> IsReached)
{
    public Task MeasureAsync(Setup setup, Desk desk, IReadOnlyList<string> paths) =>
        MeasureAsync(setup, desk, number => new HttpRequestMessage(HttpMethod.Get, paths[number % paths.Count]));

    public async Task MeasureAsync(Setup setup, Desk desk, Func<int, HttpRequestMessage> make)
    {
        await OpenLoop.RunAsync(desk.Client, make, PerSecond, TimeSpan.FromSeconds(2));
        var figures = await OpenLoop.RunAsync(desk.Client, make, PerSecond, TimeSpan.FromSeconds(setup.Seconds));
        Write("PAO", figures, Table.Verdict(figures.Errors == 0 && IsReached(figures)));
    }

    /// <summary>The same calls, answered with the same bytes by a server that does nothing else.</summary>
    public async Task MeasureBesideAsync(Setup setup, Desk desk, IReadOnlyList<string> paths)
    {
        using var bare = await Peer.AnsweringAsync(setup, await desk.Client.GetByteArrayAsync(paths[0]));
        await OpenLoop.RunAsync(bare.Client, paths, PerSecond, TimeSpan.FromSeconds(2));
        Write("bare Kestrel", await OpenLoop.RunAsync(bare.Client, paths, PerSecond, TimeSpan.FromSeconds(setup.Seconds)), "");
    }

    private void Write(string server, OpenLoop.Figures figures, string verdict) => Table.Row(
        $"| {What}, {PerSecond:N0}/s | {AskedFor} | {server} | {figures.Calls:N0} | {figures.Errors} | {figures.Median:F2} | {figures.P95:F2} | {figures.P99:F2} | {verdict} |");
}

/// <summary>Bare Kestrel with one answer.</summary>
internal static class Peer
{
    public static async Task<Service> AnsweringAsync(Setup setup, byte[] answer)
    {
        var file = Path.Combine(setup.Folder, $"answer-{Guid.NewGuid():n}");
        await File.WriteAllBytesAsync(file, answer);
        return await Service.BareAsync(file);
    }
}
