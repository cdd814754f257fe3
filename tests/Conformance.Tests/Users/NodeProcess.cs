using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Grpc.Core;

namespace Pao.Conformance.Tests.Users;

/// <summary>A Node process with the official JavaScript SDK: a client, and a worker for what it is asked to run.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly NodeFolder Folder = new("tests", "Conformance.Tests", "node");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly StringBuilder _complaints = new();
    private readonly Task _reading;
    private int _lastId;

    private NodeProcess(Process process)
    {
        _process = process;
        _asked[0] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = Task.WhenAll(ReadAnswersAsync(), ReadComplaintsAsync());
    }

    /// <param name="address">Where the hub listens.</param>
    /// <param name="hub">Which hub.</param>
    /// <param name="roles">What it works on: <c>orchestrators</c>, <c>activities</c>, both or nothing.</param>
    public static async Task<NodeProcess> StartAsync(Uri address, string hub, params IReadOnlyList<string> roles)
    {
        await Folder.InstalledAsync();
        var node = new NodeProcess(Folder.Start("node", ["host.mjs", address.Authority, hub, .. roles]));
        await node._asked[0].Task.WaitAsync(Patience);
        return node;
    }

    public async Task<T> AskAsync<T>(string operation, params object?[] arguments)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var line = JsonSerializer.Serialize(new { id, op = operation, args = arguments }, Json);
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _turn.Release();
        }

        return (await answer.Task.WaitAsync(Patience)).Deserialize<T>(Json)!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // the program ends with its input
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task ReadAnswersAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var answer = JsonDocument.Parse(line);
            var root = answer.RootElement;
            if (!_asked.TryRemove(root.GetProperty("id").GetInt32(), out var asked))
                continue;

            if (root.TryGetProperty("error", out var error))
                asked.TrySetException(Refusal(root.GetProperty("code"), error.GetString() ?? ""));
            else
                asked.TrySetResult(root.GetProperty("result").Clone());
        }

        foreach (var asked in _asked.Values)
            asked.TrySetException(new InvalidOperationException($"Node ended: {_complaints}"));
    }

    private async Task ReadComplaintsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
            _complaints.AppendLine(line);
    }

    private static Exception Refusal(JsonElement code, string message) => code.ValueKind == JsonValueKind.Number
        ? new HubRefusalException((StatusCode)code.GetInt32(), message)
        : new InvalidOperationException($"The JavaScript SDK: {message}");
}
