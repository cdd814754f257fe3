using System.Globalization;
using Pao.Bench;
using Pao.Bench.Growth;
using Pao.Bench.Http;
using Pao.Bench.Levels;

if (args is [Child.Word, var task, var connectionString, var childFolder, .. var more])
    return await Child.RunAsync(task, connectionString, childFolder, more);
if (args is [BareServer.Word, var url, var file])
    return await BareServer.RunAsync(url, file);

Dictionary<string, Func<Setup, Task>> parts = new()
{
    ["probe"] = Probe.RunAsync,
    ["compare"] = Comparison.RunAsync,
    ["stored"] = Stored.RunAsync,
    ["history"] = History.RunAsync,
    ["waiting"] = Waiting.RunAsync,
    ["timers"] = Timers.RunAsync,
    ["processes"] = Processes.RunAsync,
    ["profile"] = Profile.RunAsync,
    ["catalog"] = CatalogReads.RunAsync,
    ["levels"] = ServiceLevels.RunAsync,
    ["watchers"] = Watchers.RunAsync,
    ["requests"] = LargeStore.RunAsync,
};

var usage = $"""
    Measures the engine: workflows of three durable steps, one after another; and what grows with time. Parts catalog,
    levels, watchers and requests measure the service over HTTP.

    dotnet run -c Release --project bench [-- [--seconds N] [--rounds N] [--quick] [PART…]]

    PARTs, in the order given: {string.Join(", ", parts.Keys)};
      growth: history, waiting, timers and processes; all: everything. Without any: probe and compare.
    --seconds N  one measurement (5)
    --rounds N   how often each is made in compare and stored, in turn; medians are printed (3)
    --quick      one round of 2 s, and a twentieth of the instances

    SQLite and Restate always; PostgreSQL and DBOS when PAO_TEST_POSTGRES or DATABASE_URL names a server, in new
    databases that are dropped at the end. Files go to a new folder in TMPDIR: let it be on a disk. The peers need
    Node 20 and npm, which installs them on the first run. Run it in the repository's root.
    """;

var (seconds, rounds, scale) = (5, 3, 1.0);
List<string> chosen = [];
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--help" or "-h":
            Console.WriteLine(usage);
            return 0;
        case "--quick":
            (seconds, rounds, scale) = (2, 1, 0.05);
            break;
        case "--seconds" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seconds) && seconds > 0:
        case "--rounds" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out rounds) && rounds > 0:
            i++;
            break;
        case "growth":
            chosen.AddRange(["history", "waiting", "timers", "processes"]);
            break;
        case "all":
            chosen.AddRange(parts.Keys);
            break;
        case var part when parts.ContainsKey(part):
            chosen.Add(part);
            break;
        default:
            Console.Error.WriteLine($"There is no '{args[i]}', or its number is missing.\n\n{usage}");
            return 2;
    }
}

var peersRoot = Path.GetFullPath(Path.Combine("bench", "peers"));
if (!Directory.Exists(peersRoot))
{
    Console.Error.WriteLine("There is no folder bench/peers here: run this in the repository's root.");
    return 2;
}

if (chosen.Count == 0)
    chosen.AddRange(["probe", "compare"]);
var server = Servers.Postgres();
if (server is null)
    Console.Error.WriteLine("No PAO_TEST_POSTGRES and no DATABASE_URL: PostgreSQL and DBOS are not measured.");

var folder = Directory.CreateTempSubdirectory("pao-bench-").FullName;
try
{
    await Machine.DescribeAsync(server);
    foreach (var part in chosen)
        await parts[part](new Setup(server, folder, peersRoot, seconds, rounds, scale));
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return 0;
