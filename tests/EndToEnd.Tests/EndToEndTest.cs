using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>A sandbox and a data folder for one test, and what must be true of them in the end.</summary>
public abstract class EndToEndTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("pao-e2e-").FullName;
    private SandboxProcess? _sandbox;

    internal SandboxProcess Sandbox => _sandbox ?? throw new InvalidOperationException("The sandbox has not started.");

    public async ValueTask InitializeAsync() => _sandbox = await SandboxProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync();
        await Sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    internal string Folder(string name) => Path.Combine(_folder, name);

    internal PaoProcess Pao(string? databaseUrl = null, string data = "data") =>
        Own(new PaoProcess(Sandbox, Folder(data), databaseUrl));

    internal async Task<string?> NewDatabaseAsync(string store) =>
        store == "postgres" ? Own(await TestDatabase.CreateAsync()).Url : null;

    internal static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy) ?? to);
            File.Copy(file, copy);
        }
    }

    internal static JsonObject Named(string name) => new() { ["name"] = name };

    /// <summary>Each action's effect happened once, under one key, and no key was ever used for two bodies.</summary>
    internal Task AssertEffectsAsync(IReadOnlyCollection<string> requestIds, params IReadOnlyList<string> actions) =>
        AssertEffectsAsync(requestIds.Select(id => (id, actions)));

    internal async Task AssertEffectsAsync(IEnumerable<(string Id, IReadOnlyList<string> Actions)> requests)
    {
        var ledger = await Sandbox.LedgerAsync();
        Assert.DoesNotContain(ledger, entry => entry.Outcome == "conflict");
        foreach (var bodies in ledger.Where(entry => entry.Key is not null).GroupBy(entry => entry.Key))
            Assert.Single(bodies.Select(entry => entry.BodySha256).Distinct());

        var expected = requests.SelectMany(request => request.Actions.Select(action => $"{request.Id}:{action}:0")).Order();
        Assert.Equal(expected, ledger.Where(entry => entry.Outcome == "effect" && !IsComment(entry)).Select(entry => entry.Key).Order());
    }

    /// <summary>What is said on a ticket about the request is no action's effect.</summary>
    private static bool IsComment(LedgerEntry entry) => entry.Path.EndsWith("/comment", StringComparison.Ordinal);

    /// <summary>The history tells one start, one end and, of each call, one result.</summary>
    internal static async Task AssertHistoryAsync(PaoApi api, string id, string? component = null)
    {
        // The request is completed by the orchestration's last activity, a moment before the orchestration itself ends.
        IReadOnlyList<JsonNode> history = [];
        await Until.TrueAsync(
            async () => (history = await api.HistoryAsync(id, component)).Any(e => (string?)e["event"] == "ExecutionCompleted"),
            () => $"the orchestration of request {id} ends");
        var events = history.Select(e => (string?)e["event"]).ToList();
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(e => (int?)e["sequence"] ?? 0));
        Assert.Single(events, "ExecutionStarted");
        Assert.Single(events, "ExecutionCompleted");
        Assert.Equal(events.Count(e => e == "TaskScheduled"), events.Count(e => e is "TaskCompleted" or "TaskFailed"));
        Assert.Equal(
            events.Count(e => e == "SubOrchestrationInstanceCreated"),
            events.Count(e => e is "SubOrchestrationInstanceCompleted" or "SubOrchestrationInstanceFailed"));
        Assert.Equal(events.Count(e => e == "TimerCreated"), events.Count(e => e == "TimerFired"));
    }
}
