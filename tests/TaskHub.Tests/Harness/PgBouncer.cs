using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Pao.TaskHub.Tests.Harness;

/// <summary>
/// A PgBouncer of one test's own, in transaction mode, in front of the server that ./test started. Its settings are the
/// package's defaults: nothing is allowed that an operator would have to allow.
/// </summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pao-pgbouncer-").FullName;
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly int _port = FreePort();
    private Process? _process;

    private PgBouncer(string server) => _server = new NpgsqlConnectionStringBuilder(server);

    private string Settings => Path.Combine(_folder, "pgbouncer.ini");

    private string Output => Path.Combine(_folder, "log");

    public static async Task<PgBouncer> StartNewAsync(string server)
    {
        var bouncer = new PgBouncer(server);
        await bouncer.StartAsync();
        return bouncer;
    }

    /// <summary>The connection string of the server, by way of this process.</summary>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = _port }.ToString();

    /// <summary>Kills the process, which cuts all connections, and starts it again.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var password = string.IsNullOrEmpty(_server.Password) ? "" : $" password='{_server.Password}'"; // an empty one is an error
        await File.WriteAllTextAsync(Settings, $"""
            [databases]
            * = host={_server.Host} port={_server.Port} user={_server.Username}{password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {_port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            max_client_conn = 400
            default_pool_size = 20
            """);

        // PgBouncer refuses to run as root.
        string[] command = Environment.UserName == "root"
            ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "pgbouncer", Settings]
            : ["pgbouncer", Settings];
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", $"chmod -R o+rX {_folder} && exec \"$@\" >>{Output} 2>&1 </dev/null", "sh", .. command])
        {
            Environment = { ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin" },
        });
        await Eventually.TrueAsync(ListensAsync, "PgBouncer listens");
    }

    private async Task<bool> ListensAsync()
    {
        if (_process is null or { HasExited: true })
            Assert.Fail("PgBouncer ended: " + await File.ReadAllTextAsync(Output));
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task KillAsync()
    {
        if (_process is not { } process)
            return;

        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static int FreePort()
    {
        // From where no connection gets its own: it is stopped and started, and its port must still be there.
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
    }
}
