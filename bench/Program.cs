using Pao.Bench;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine("""
        Measures the engine: orchestrations of three activities, one after another, each accepted and ended durably.

        dotnet run -c Release --project bench [-- --seconds N]

        SQLite always; PostgreSQL when DATABASE_URL or PAO_TEST_POSTGRES names a server (its database gets a schema task_hub).
        """);
    return 0;
}

var seconds = args is ["--seconds", var given] ? int.Parse(given, provider: null) : 5;
var folder = Directory.CreateTempSubdirectory("pao-bench-").FullName;
List<(string Name, string? ConnectionString)> stores = [("SQLite", null)];
if (Servers.Postgres() is { } postgres)
    stores.Add(("PostgreSQL", postgres));
else
    Console.Error.WriteLine("No DATABASE_URL and no PAO_TEST_POSTGRES: only SQLite is measured.");

Console.WriteLine("| store | in flight | workflows/s | p50 ms | p99 ms | CPU µs/workflow | KiB allocated/workflow |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var (name, connectionString) in stores)
{
    await using var engine = await Engine.StartAsync(connectionString, folder);
    await engine.MeasureAsync(64, TimeSpan.FromSeconds(2)); // warm
    foreach (var inFlight in (int[])[1, 64])
        Console.WriteLine($"| {name} | {inFlight} | {await engine.MeasureAsync(inFlight, TimeSpan.FromSeconds(seconds))} |");
}

Directory.Delete(folder, recursive: true);
return 0;
