using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pao.DurableTask.Grpc;
using Pao.Soak.Faults;

namespace Pao.Soak.Processes;

/// <summary>A process under test, as the driver sees it: started, stopped, killed, asked.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly SoakSettings _settings;
    private readonly StreamWriter _log;
    private readonly int _port = FreePort();
    private Process? _process;
    private TaskCompletionSource<DateTimeOffset>? _time;

    public NodeProcess(int number, SoakSettings settings, string database, FakeClock? clock)
    {
        (Number, _settings, Clock) = (number, settings, clock);
        Proxy = new CommitProxy(database);
        Hub = new GrpcTaskHub(TaskHubConnection.Parse($"Endpoint=http://127.0.0.1:{_port};TaskHub=default;Authentication=None"));
        _log = new StreamWriter(Path.Combine(settings.Folder, $"node-{number}.log")) { AutoFlush = true };
    }

    public int Number { get; }

    /// <summary>Between this process and PostgreSQL.</summary>
    public CommitProxy Proxy { get; }

    /// <summary>The clock that this process sees, if it can be stepped.</summary>
    public FakeClock? Clock { get; }

    public GrpcTaskHub Hub { get; }

    public int ProcessId => Running.Id;

    /// <summary>When the process started that runs now, by the driver's monotonic clock.</summary>
    public long StartedAt { get; private set; }

    private Process Running => _process ?? throw new InvalidOperationException("The process was not started.");

    public void Start()
    {
        List<string> arguments =
        [
            SoakNode.Command, Number.ToString(CultureInfo.InvariantCulture), _port.ToString(CultureInfo.InvariantCulture),
            Proxy.ConnectionString, _settings.Lease.ToString(),
        ];
        var path = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no file.");
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Clock?.Prepare(start.Environment);

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        (_process, StartedAt) = (process, Stopwatch.GetTimestamp());
    }

    /// <summary>Ends it as kill -9 does and waits until it is gone.</summary>
    /// <returns>Its exit code: 137 when the signal ended it.</returns>
    public async Task<int> KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync();
        return Running.ExitCode;
    }

    public void Pause() => Send(Signals.Stop);

    public void Continue() => Send(Signals.Continue);

    /// <summary>Whether the system says that the process is stopped.</summary>
    public bool IsPaused
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{Running.Id}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'T';
        }
    }

    /// <summary>Null while the process is between two lives.</summary>
    public long? ResidentKib
    {
        get
        {
            try
            {
                return File.ReadLines($"/proc/{Running.Id}/status")
                    .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                    .Select(line => (long?)long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
                    .FirstOrDefault();
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>What the process's own clock says.</summary>
    public async Task<DateTimeOffset> AskForTimeAsync()
    {
        var time = _time = new TaskCompletionSource<DateTimeOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Running.StandardInput.WriteLineAsync(SoakNode.AskForTime);
        await Running.StandardInput.FlushAsync();
        return await time.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Lets the process end by itself.</summary>
    public async Task StopAsync()
    {
        Running.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await Running.WaitForExitAsync(limit.Token);
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        _process?.Dispose();
        Hub.Dispose();
        Proxy.Dispose();
        lock (_log)
            _log.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        if (line.StartsWith(SoakNode.AskForTime + " ", StringComparison.Ordinal))
            _time?.TrySetResult(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(line[5..], CultureInfo.InvariantCulture)));
        else
            lock (_log)
                _log.WriteLine(line);
    }

    private void Send(int signal)
    {
        if (Signals.Kill(Running.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} to process {Number} failed: error {Marshal.GetLastPInvokeError()}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static class Signals
    {
        public const int Continue = 18;
        public const int Stop = 19;

        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        public static extern int Kill(int processId, int signal);
    }
}
