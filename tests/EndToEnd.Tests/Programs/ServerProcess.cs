using System.Diagnostics;
using System.Net.Sockets;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A program of ours as a process: started, listened to, and killed as tests need it.</summary>
internal abstract class ServerProcess : IAsyncDisposable
{
    private static readonly HttpClient Probe = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly List<string> _output = [];
    private Process? _process;

    public abstract string Url { get; }

    public int Id => Running.Id;

    public bool HasExited => _process?.HasExited ?? true;

    public int ExitCode => Running.ExitCode;

    /// <summary>Whether a line that it has printed since its first start holds the text.</summary>
    public bool Said(string text)
    {
        lock (_output)
            return _output.Exists(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>All that it has printed since its first start.</summary>
    public string WholeOutput
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>The last of what it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output.TakeLast(60));
        }
    }

    protected abstract string HealthPath { get; }

    private Process Running => _process ?? throw new InvalidOperationException("The process was not started.");

    /// <summary>Kills the process with SIGKILL: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync();
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public Task WaitForExitAsync(TimeSpan patience) => Running.WaitForExitAsync().WaitAsync(patience);

    public async Task WaitUntilReadyAsync()
    {
        await Until.TrueAsync(
            async () =>
            {
                Assert.False(HasExited, $"The process ended with {(HasExited ? ExitCode : 0)} instead of getting ready:\n{Output}");
                return await IsReadyAsync();
            },
            () => $"{Url} is ready; it said:\n{Output}");
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Probe.GetAsync(new Uri(Url + HealthPath));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or SocketException)
        {
            return false;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;

        _process = null;
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    protected void Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        _process?.Dispose();
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        if (line is null)
            return;

        lock (_output)
            _output.Add(line);
    }
}
