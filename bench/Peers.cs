using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace Pao.Bench;

/// <summary>Other engines under the same load, each a small Node program under <c>bench/peers</c>.</summary>
internal static class Peers
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<PeerReport> RestateAsync(Setup setup)
    {
        var data = Path.Combine(setup.Folder, $"restate-{Guid.NewGuid():n}");
        var report = await MeasureAsync(Path.Combine(setup.PeersRoot, "restate"), setup.Seconds, [data], null);
        Directory.Delete(data, recursive: true);
        return report;
    }

    /// <summary>DBOS, in a new database of the same server that ours uses.</summary>
    public static async Task<PeerReport> DbosAsync(Setup setup, string server)
    {
        var database = $"bench_dbos_{Guid.NewGuid():n}";
        var to = new NpgsqlConnectionStringBuilder(server) { Database = database };
        await Store.ExecuteAsync(server, $"create database {database}");
        try
        {
            return await MeasureAsync(Path.Combine(setup.PeersRoot, "dbos"), setup.Seconds, [], Url(to));
        }
        finally
        {
            await Store.ExecuteAsync(server, $"drop database {database} with (force)");
        }
    }

    private static async Task<PeerReport> MeasureAsync(string folder, int seconds, string[] more, string? databaseUrl)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync(folder, "npm", ["ci", "--silent"], null);

        var output = await RunAsync(folder, "node", ["main.mjs", $"{seconds}", .. more], databaseUrl);
        return JsonSerializer.Deserialize<PeerReport>(output, Json) ?? throw new InvalidDataException($"{folder} printed no figures.");
    }

    private static async Task<string> RunAsync(string folder, string program, string[] arguments, string? databaseUrl)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true, // a program that finds it closed stops what it started
            RedirectStandardOutput = true,
        };
        start.Environment["NODE_ENV"] = "production";
        if (databaseUrl is not null)
            start.Environment["DATABASE_URL"] = databaseUrl;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} in {folder} ended with {process.ExitCode}.");
    }

    private static string Url(NpgsqlConnectionStringBuilder to) =>
        $"postgresql://{Uri.EscapeDataString(to.Username ?? "")}:{Uri.EscapeDataString(to.Password ?? "")}@{to.Host}:{to.Port}/{to.Database}";
}

internal sealed record PeerReport(string Name, string Settings, IReadOnlyList<PeerRun> Runs);

internal sealed record PeerRun(int InFlight, double PerSecond, double P50, double P99);
