using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Pao.Bench;

/// <summary>The same load on a new hub and on one that stores a million finished instances, in turn.</summary>
internal static class Stored
{
    private const int Million = 1_000_000;
    private const double Allowed = 0.10;

    /// <summary>
    /// Copies of one real workflow with its history, under random ids: new instances go among them, not behind them.
    /// In the ids' order, since that is the fastest way in.
    /// </summary>
    private const string PostgresFill = """
        create temporary table copy as
        select md5(n::text || random()::text) collate "C" as id
        from generate_series(1, {0}) as n
        order by 1;

        insert into task_hub.instance (hub, id, execution_id, name, status, created_at, updated_at, completed_at, state)
        select i.hub, copy.id, i.execution_id, i.name, i.status, i.created_at, i.updated_at, i.completed_at, i.state
        from copy
        cross join (select * from task_hub.instance where status = 1 limit 1) as i;

        insert into task_hub.history (hub, instance_id, execution_id, turn, committed_at, events)
        select h.hub, copy.id, h.execution_id, h.turn, h.committed_at, h.events
        from copy
        cross join (
          select *
          from task_hub.history
          where instance_id = (select id from task_hub.instance where status = 1 and id not in (select id from copy) limit 1)) as h
        order by copy.id, h.turn;
        """;

    private const string SqliteFill = """
        pragma journal_mode = off;
        pragma synchronous = off;
        pragma cache_size = -262144;
        begin;
        create temporary table pattern as select * from instance where status = 1 limit 1;
        create temporary table turns as select * from history where instance_id = (select id from pattern) order by turn;
        create temporary table copy (id text primary key) without rowid;
        with recursive number(n) as (select 1 union all select n + 1 from number where n < {0})
        insert into copy select lower(hex(randomblob(16))) from number;

        insert into instance (id, execution_id, name, status, created_at, updated_at, completed_at, state)
        select copy.id, i.execution_id, i.name, i.status, i.created_at, i.updated_at, i.completed_at, i.state
        from copy cross join pattern as i;

        insert into history (instance_id, execution_id, turn, committed_at, events)
        select copy.id, h.execution_id, h.turn, h.committed_at, h.events
        from copy cross join turns as h;
        commit;
        pragma journal_mode = wal;
        """;

    public static async Task RunAsync(Setup setup)
    {
        var count = setup.Scaled(Million);
        Table.Head($"{count:N0} finished instances stored, against a new hub", "store", "in flight", "new: workflows/s", "p50 ms", "stored: workflows/s", "p50 ms", "ratio", "within 10 %");
        await setup.OnEachStoreAsync(async stored =>
        {
            await FillAsync(stored, count);
            Dictionary<int, List<Measurement>> empty = [], full = [];
            for (var round = 0; round < setup.Rounds; round++)
            {
                await using (var fresh = stored.IsPostgres ? await Store.PostgresAsync(setup, setup.Server ?? "") : Store.Sqlite(setup))
                    await MeasureAsync(setup, fresh, empty);
                await MeasureAsync(setup, stored, full);
            }

            foreach (var inFlight in empty.Keys)
                Write(stored, inFlight, Measurement.Median(empty[inFlight]), Measurement.Median(full[inFlight]));
        });
    }

    private static void Write(Store store, int inFlight, Measurement empty, Measurement full)
    {
        var ratio = full.PerSecond / empty.PerSecond;
        Table.Row($"| {store.Name} | {inFlight} | {empty.PerSecond:N0} | {empty.P50:F2} | {full.PerSecond:N0} | {full.P50:F2} | {ratio:F2} | {Table.Verdict(ratio >= 1 - Allowed)} |");
    }

    private static async Task MeasureAsync(Setup setup, Store store, Dictionary<int, List<Measurement>> figures)
    {
        await using var engine = await Engine.StartAsync(store);
        await engine.MeasureAsync(64, TimeSpan.FromSeconds(3));
        foreach (var inFlight in (int[])[1, 64])
        {
            if (!figures.TryGetValue(inFlight, out var rounds))
                figures.Add(inFlight, rounds = []);
            rounds.Add(await engine.MeasureAsync(inFlight, TimeSpan.FromSeconds(setup.Seconds)));
        }
    }

    private static async Task FillAsync(Store store, int count)
    {
        await using (var engine = await Engine.StartAsync(store))
            await engine.MeasureAsync(1, TimeSpan.FromMilliseconds(1)); // the workflow to copy

        var started = Stopwatch.GetTimestamp();
        if (store.ConnectionString is { } to)
        {
            await Store.ExecuteAsync(to, Sized(PostgresFill, count));
            await Store.ExecuteAsync(to, "vacuum (analyze) task_hub.instance");
            await Store.ExecuteAsync(to, "vacuum (analyze) task_hub.history");
            await Store.ExecuteAsync(to, "checkpoint"); // or it falls into the measurement
        }
        else
        {
            await using var connection = new SqliteConnection($"Data Source={store.File};Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statement is ours.
            command.CommandText = Sized(SqliteFill, count);
#pragma warning restore CA2100
            command.CommandTimeout = 600;
            await command.ExecuteNonQueryAsync();
            await using var file = new FileStream(store.File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            file.Flush(flushToDisk: true);
        }

        var rows = await store.ReadAsync("select count(*) from task_hub.instance");
        if (rows < count)
            throw new InvalidDataException($"{rows} instances are stored instead of {count}.");
        Console.Error.WriteLine($"{store.Name}: {rows:N0} instances stored in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s");
    }

    private static string Sized(string sql, int count) => sql.Replace("{0}", $"{count}", StringComparison.Ordinal);
}
