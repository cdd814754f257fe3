using System.Diagnostics;
using Npgsql;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A PostgreSQL server of one test's own, to be killed and started again; everything is synced as in production.</summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private static readonly string Binaries = Environment.GetEnvironmentVariable("PAO_TEST_POSTGRES_BIN")
        ?? throw new InvalidOperationException("PAO_TEST_POSTGRES_BIN names no folder with PostgreSQL's programs: run the tests by ./test.");

    private readonly string _folder = Directory.CreateTempSubdirectory("pao-pg-").FullName;
    private readonly int _port = Repository.FreePort();

    private PrivatePostgres()
    {
    }

    public string Url => $"postgresql://postgres@127.0.0.1:{_port}/postgres";

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Pooling=false;Timeout=5";

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "log");

    public static async Task<PrivatePostgres> StartNewAsync()
    {
        var server = new PrivatePostgres();
        if (Environment.UserName == "root")
            await RunAsync("chown", ["postgres", server._folder]);
        await AsOwnerAsync("initdb", "-D", server.Data, "-A", "trust", "-U", "postgres", "-N");
        await server.StartAsync();
        return server;
    }

    public Task StartAsync() => AsOwnerAsync(
        "pg_ctl", "-D", Data, "-l", Log, "-w", "-t", "60", "-o", $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=on", "start");

    public Task StopAsync() => AsOwnerAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    /// <summary>Kills the postmaster with SIGKILL; its children end when they notice.</summary>
    public async Task KillAsync()
    {
        var postmaster = int.Parse((await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0], provider: null);
        await RunAsync("kill", ["-STOP", $"{postmaster}"]); // it begets no more
        var backends = await ChildrenAsync(postmaster);
        await RunAsync("kill", ["-KILL", $"{postmaster}"]);
        await Until.TrueAsync(
            () => Task.FromResult(backends.All(id => !Directory.Exists($"/proc/{id}")) && !Directory.Exists($"/proc/{postmaster}")),
            () => "all processes of the killed server are gone");
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<List<int>> ChildrenAsync(int parent)
    {
        var text = await File.ReadAllTextAsync($"/proc/{parent}/task/{parent}/children");
        return [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, provider: null))];
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static Task AsOwnerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        // Its output goes nowhere: pg_ctl's server would keep a pipe open for ever.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}");
    }
}
