using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Pao.Api.Tests.Harness;

/// <summary>A Redis of its own: one server, or a cluster of masters.</summary>
internal sealed class RedisNodes : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pao-redis-");
    private readonly Process?[] _processes;
    private readonly int[] _ports;

    private RedisNodes(int count)
    {
        _processes = new Process?[count];
        _ports = [.. FreePorts(count)];
    }

    private bool IsCluster => _ports.Length > 1;

    /// <summary>All nodes, as <c>REDIS_CLUSTER_ENDPOINT</c> names them.</summary>
    public string Endpoint => string.Join(',', _ports.Select(port => $"127.0.0.1:{port}"));

    public static async Task<RedisNodes> StartAsync(int count)
    {
        var nodes = new RedisNodes(count);
        for (var node = 0; node < count; node++)
            nodes.Start(node);
        await nodes.AnsweringAsync();
        if (nodes.IsCluster)
            await nodes.JoinAsync();
        return nodes;
    }

    /// <summary>Ends a node as a crash does.</summary>
    public void Kill(int node)
    {
        _processes[node]!.Kill();
        _processes[node]!.WaitForExit();
        _processes[node]!.Dispose();
        _processes[node] = null;
    }

    public async Task RestartAsync(int node)
    {
        Start(node);
        await AnsweringAsync();
    }

    /// <summary>The keys of all nodes, with the time that each has left.</summary>
    public async Task<Dictionary<string, TimeSpan?>> KeysAsync()
    {
        await using var redis = await ConnectAsync();
        var keys = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal);
        foreach (var server in redis.GetServers())
        {
            await foreach (var key in server.KeysAsync(pattern: "*"))
                keys[key.ToString()] = await redis.GetDatabase().KeyTimeToLiveAsync(key);
        }

        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        for (var node = 0; node < _processes.Length; node++)
        {
            if (_processes[node] is not null)
                Kill(node);
        }

        await Task.CompletedTask;
        _folder.Delete(recursive: true);
    }

    private Task<ConnectionMultiplexer> ConnectAsync() =>
        ConnectionMultiplexer.ConnectAsync($"{Endpoint},abortConnect=false");

    private void Start(int node)
    {
        var port = _ports[node].ToString(CultureInfo.InvariantCulture);
        List<string> arguments =
            ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName, "--daemonize", "no"];
        if (IsCluster)
            arguments.AddRange(["--cluster-enabled", "yes", "--cluster-config-file", $"nodes-{port}.conf", "--cluster-node-timeout", "1000"]);
        _processes[node] = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("redis-server did not start.");
        _processes[node]!.OutputDataReceived += (_, _) => { };
        _processes[node]!.BeginOutputReadLine();
    }

    private async Task JoinAsync()
    {
        var addresses = _ports.Select(port => $"127.0.0.1:{port}");
        using var join = Process.Start(new ProcessStartInfo("redis-cli", ["--cluster", "create", .. addresses, "--cluster-yes"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("redis-cli did not start.");
        var output = await join.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await join.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(join.ExitCode == 0, output);
        await UntilAsync("cluster_state:ok", "CLUSTER INFO\r\n");
    }

    private Task AnsweringAsync() => UntilAsync("PONG", "PING\r\n");

    /// <summary>Until every node that runs answers so.</summary>
    private async Task UntilAsync(string expected, string command)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var node = 0; node < _ports.Length; node++)
        {
            while (_processes[node] is not null && !(await AskAsync(_ports[node], command)).Contains(expected, StringComparison.Ordinal))
                await look.WaitForNextTickAsync(patience.Token);
        }
    }

    private static async Task<string> AskAsync(int port, string command)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(command));
            var buffer = new byte[4096];
            var read = await client.GetStream().ReadAsync(buffer);
            return System.Text.Encoding.ASCII.GetString(buffer, 0, read);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <summary>A cluster's nodes talk to each other 10,000 ports higher; no connection gets a port of its own from below 30,000.</summary>
    private static IEnumerable<int> FreePorts(int count)
    {
        for (var port = Random.Shared.Next(10_000, 20_000); count > 0; port++)
        {
            if (IsFree(port) && IsFree(port + 10_000))
            {
                count--;
                yield return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
