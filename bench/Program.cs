using Npgsql;
using Pao.Bench;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine("""
        Measures the engine beside its peers: workflows of three durable steps, one after another.

        dotnet run -c Release --project bench [-- --seconds N]

        SQLite and Restate always; PostgreSQL and DBOS when PAO_TEST_POSTGRES or DATABASE_URL names a server, in new
        databases. The peers need Node 20 and npm, which installs them on the first run. Run it in the repository.
        """);
    return 0;
}

var seconds = args is ["--seconds", var given] ? int.Parse(given, provider: null) : 5;
var peersRoot = Path.GetFullPath(Path.Combine("bench", "peers"));
if (!Directory.Exists(peersRoot))
{
    Console.Error.WriteLine("There is no folder bench/peers here: run this in the repository's root.");
    return 2;
}

var folder = Directory.CreateTempSubdirectory("pao-bench-").FullName;
var server = Servers.Postgres();
if (server is null)
    Console.Error.WriteLine("No PAO_TEST_POSTGRES and no DATABASE_URL: PostgreSQL and DBOS are not measured.");

List<(string Store, int InFlight, Measurement Figures)> ours = [];
Console.WriteLine("| store | in flight | workflows/s | p50 ms | p99 ms | CPU µs/workflow | KiB allocated/workflow |");
Console.WriteLine("|---|---|---|---|---|---|---|");
await MeasureAsync("SQLite", null);
if (server is not null)
{
    var database = $"bench_pao_{Guid.NewGuid():n}";
    await ExecuteAsync($"create database {database}");
    try
    {
        await MeasureAsync("PostgreSQL", new NpgsqlConnectionStringBuilder(server) { Database = database }.ToString());
    }
    finally
    {
        await ExecuteAsync($"drop database {database} with (force)");
    }
}

List<PeerReport> peers = [await Peers.RestateAsync(peersRoot, seconds, folder)];
if (server is not null)
    peers.Add(await Peers.DbosAsync(peersRoot, seconds, server));
Comparison.Print(ours, peers);
Directory.Delete(folder, recursive: true);
return 0;

async Task MeasureAsync(string store, string? connectionString)
{
    await using var engine = await Engine.StartAsync(connectionString, folder);
    await engine.MeasureAsync(64, TimeSpan.FromSeconds(2)); // warm
    foreach (var inFlight in (int[])[1, 64])
    {
        var figures = await engine.MeasureAsync(inFlight, TimeSpan.FromSeconds(seconds));
        ours.Add((store, inFlight, figures));
        Console.WriteLine($"| {store} | {inFlight} | {figures} |");
    }
}

async Task ExecuteAsync(string sql)
{
    await using var source = NpgsqlDataSource.Create(server ?? "");
#pragma warning disable CA2100 // The name is ours.
    await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
    await command.ExecuteNonQueryAsync();
}
