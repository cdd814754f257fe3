using System.Diagnostics;
using System.Runtime.InteropServices;
using Npgsql;

namespace Pao.Bench;

/// <summary>What one durable write costs here: the limit of commits one after another.</summary>
internal static class Probe
{
    private const int Writes = 500;

    public static async Task RunAsync(Setup setup)
    {
        Table.Head("One durable write", "what", "p50 ms", "p99 ms", "a second");
        Write("4 KiB and fdatasync, in the folder", Disk(setup.Folder));
        if (setup.Server is null)
            return;

        await using var store = await Store.PostgresAsync(setup, setup.Server);
        Write("PostgreSQL: a one-row commit", await CommitsAsync(store.ConnectionString ?? ""));
        Write("PostgreSQL: select 1", await RoundTripsAsync(store.ConnectionString ?? ""));
    }

    private static void Write(string what, List<double> milliseconds) =>
        Table.Row($"| {what} | {milliseconds.Median():F2} | {milliseconds.Quantile(0.99):F2} | {1000 * milliseconds.Count / milliseconds.Sum():N0} |");

    private static List<double> Disk(string folder)
    {
        var path = Path.Combine(folder, "probe");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, preallocationSize: Writes * 4096L);
            var page = new byte[4096];
            for (var i = 0; i < Writes; i++)
                RandomAccess.Write(file, page, i * 4096L);
            RandomAccess.FlushToDisk(file);

            List<double> all = [];
            for (var i = 0; i < Writes; i++)
            {
                var started = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, page, i * 4096L);
                if (Fdatasync((int)file.DangerousGetHandle()) != 0)
                    throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
                all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return all;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<List<double>> CommitsAsync(string connectionString)
    {
        await Store.ExecuteAsync(connectionString, "create table probe (n integer)");
        return await TimeAsync(connectionString, "insert into probe values (1)");
    }

    private static Task<List<double>> RoundTripsAsync(string connectionString) => TimeAsync(connectionString, "select 1");

    private static async Task<List<double>> TimeAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // The statements are ours.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.PrepareAsync();
        List<double> all = [];
        for (var i = 0; i < Writes; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await command.ExecuteNonQueryAsync();
            all.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return all;
    }

#pragma warning disable SYSLIB1054 // The generated import would need unsafe code in this project.
    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fdatasync(int file);
#pragma warning restore SYSLIB1054
}
