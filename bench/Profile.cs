using System.Diagnostics;
using Npgsql;

namespace Pao.Bench;

/// <summary>Where the time goes with 64 workflows in flight.</summary>
internal static class Profile
{
    private const string Turns = "select count(*) from task_hub.history";

    // Every turn of a commit carries the commit's time.
    private const string Commits = "select count(distinct committed_at) from task_hub.history";

    public static Task RunAsync(Setup setup) => setup.OnEachStoreAsync(async store =>
    {
        await using var engine = await Engine.StartAsync(store);
        await engine.MeasureAsync(64, TimeSpan.FromSeconds(3));

        var (turns, commits) = (await store.ReadAsync(Turns), await store.ReadAsync(Commits));
        var threads = Processor.Threads();
        var servers = await ServersAsync(store);
        var started = Stopwatch.GetTimestamp();
        var figures = await engine.MeasureAsync(64, TimeSpan.FromSeconds(setup.Seconds));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var threadsAfter = Processor.Threads();
        var serversAfter = await ServersAsync(store);
        turns = await store.ReadAsync(Turns) - turns;
        commits = await store.ReadAsync(Commits) - commits;

        Table.Head($"{store.Name}, 64 in flight", "what", "a second", "per workflow");
        Table.Row($"| workflows | {figures.PerSecond:N0} | |");
        Table.Row($"| latency of a workflow, p50 ms / p99 ms | {figures.P50:F1} / {figures.P99:F1} | |");
        Table.Row($"| turns committed | {turns / elapsed:N0} | {turns / elapsed / figures.PerSecond:F1} |");
        Table.Row($"| commits with turns | {commits / elapsed:N0} | {turns / (double)commits:F1} turns each |");

        Table.Head($"{store.Name}, processor time", "of", "share of one core", "µs/workflow");
        foreach (var (name, seconds) in Spent(threads, threadsAfter).Take(8))
            Write($"this process, threads `{name}`", seconds);
        var server = Spent(servers, serversAfter).Select(process => process.Seconds).ToList();
        if (server.Count > 0)
            Write($"PostgreSQL, its busiest process", server[0]);
        if (server.Count > 1)
            Write($"PostgreSQL, its {server.Count - 1} other processes", server.Skip(1).Sum());
        Write("all of them", Spent(threads, threadsAfter).Sum(thread => thread.Seconds) + server.Sum());

        void Write(string of, double seconds) =>
            Table.Row($"| {of} | {seconds / elapsed:P0} | {seconds * 1e6 / (figures.PerSecond * elapsed):N0} |");
    });

    private static IEnumerable<(TKey Of, double Seconds)> Spent<TKey>(Dictionary<TKey, double> before, Dictionary<TKey, double> after)
        where TKey : notnull =>
        after.Select(now => (Of: now.Key, Seconds: now.Value - before.GetValueOrDefault(now.Key)))
            .Where(spent => spent.Seconds > 0)
            .OrderByDescending(spent => spent.Seconds);

    /// <summary>The server's processes for this database and its own; none when it runs on another machine.</summary>
    private static async Task<Dictionary<long, double>> ServersAsync(Store store)
    {
        if (store.ConnectionString is null)
            return [];

        await using var source = NpgsqlDataSource.Create(store.ConnectionString);
        await using var command = source.CreateCommand("select pid from pg_stat_activity where datname = current_database() or datname is null");
        await using var reader = await command.ExecuteReaderAsync();
        List<long> ids = [];
        while (await reader.ReadAsync())
            ids.Add(reader.GetInt32(0));
        var host = new NpgsqlConnectionStringBuilder(store.ConnectionString).Host;
        return host is "127.0.0.1" or "localhost" or "::1" || host?.StartsWith('/') is true ? Processor.Of(ids) : [];
    }
}
