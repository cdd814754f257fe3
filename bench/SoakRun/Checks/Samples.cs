using System.Diagnostics;
using Npgsql;
using Pao.Soak.Processes;

namespace Pao.Soak.Checks;

/// <summary>A table's rows and bytes at a time.</summary>
internal sealed record TableSample(TimeSpan At, string Table, long Live, long Dead, long Bytes, long Vacuums);

/// <summary>A process's memory at a time.</summary>
/// <param name="At">By the run's stopwatch.</param>
/// <param name="Process">Its number, the same for each of its lives.</param>
/// <param name="Age">How long this life has lasted.</param>
/// <param name="Kib">Resident.</param>
internal sealed record MemorySample(TimeSpan At, int Process, TimeSpan Age, long Kib);

/// <summary>Looks at the tables and the processes every five seconds.</summary>
internal sealed class Samples(IReadOnlyList<NodeProcess> nodes, NpgsqlDataSource database, Stopwatch run)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Autovacuum looks at a database once a naptime (a minute by default), and takes a while when others use the disks.
    private static readonly TimeSpan VacuumTime = TimeSpan.FromMinutes(4);

    private const string ReadTables = """
        select relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid), autovacuum_count
        from pg_stat_user_tables
        where schemaname = 'task_hub' and relname in ('instance', 'history', 'inbox', 'activity', 'node')
        order by relname
        """;

    public List<TableSample> Tables { get; } = [];

    public List<MemorySample> Memory { get; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var node in nodes)
                if (node.ResidentKib is { } kib)
                    Memory.Add(new MemorySample(run.Elapsed, node.Number, Stopwatch.GetElapsedTime(node.StartedAt), kib));
            Tables.AddRange(await TablesAsync(cancellationToken));
        }
    }

    public async Task<List<TableSample>> TablesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadTables);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<TableSample> tables = [];
        while (await reader.ReadAsync(cancellationToken))
            tables.Add(new TableSample(run.Elapsed, reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        return tables;
    }

    /// <summary>Waits until autovacuum has cleared what it clears, and says where it could not.</summary>
    public async Task<IReadOnlyList<string>> DeadRowsAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var tables = await TablesAsync(cancellationToken);
            Tables.AddRange(tables);
            var behind = tables.Where(table => table.Dead > Tolerated(table.Table)).ToList();
            if (behind.Count == 0)
                return [];
            if (Stopwatch.GetElapsedTime(started) > VacuumTime)
                return [.. behind.Select(table => $"{table.Table} has {table.Dead} dead rows that autovacuum did not clear in {VacuumTime.TotalMinutes} minutes")];
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>Autovacuum starts at 50 and a fifth of the rows that it counted when it last looked.</summary>
    private double Tolerated(string table) =>
        1000 + (0.2 * Tables.Where(sample => sample.Table == table).Max(sample => sample.Live));
}
