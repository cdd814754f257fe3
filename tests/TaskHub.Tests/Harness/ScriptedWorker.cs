using Grpc.Core;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Tests.Harness;

/// <summary>A worker without an SDK: what it decides is a function of the events that the hub shows it.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private readonly ITaskHub _hub;
    private readonly Dictionary<string, Func<Turn, IEnumerable<OrchestratorAction>>> _orchestrators = [];
    private readonly Dictionary<string, Func<ActivityRequest, Task<ActivityResponse>>> _activities = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _work = [];
    private Task _loop = Task.CompletedTask;
    private bool _killed;

    public ScriptedWorker(ITaskHub hub)
    {
        _hub = hub;
        Activity("echo", request => request.Input);
    }

    public GetWorkItemsRequest Request { get; } = new();

    /// <summary>Whether the hub takes it for a worker of another process, which may die.</summary>
    public bool IsRemote { get; set; }

    /// <summary>Completions that the hub refused, by status.</summary>
    public List<StatusCode> Refused { get; } = [];

    public ScriptedWorker Orchestrator(string name, Func<Turn, IEnumerable<OrchestratorAction>> decide)
    {
        _orchestrators[name] = decide;
        return this;
    }

    public ScriptedWorker Activity(string name, Func<ActivityRequest, string?> run) =>
        Activity(name, request => Task.FromResult(new ActivityResponse { Result = run(request) }));

    public ScriptedWorker Activity(string name, Func<ActivityRequest, Task<ActivityResponse>> run)
    {
        _activities[name] = run;
        return this;
    }

    public ScriptedWorker Start()
    {
        _loop = RunAsync();
        return this;
    }

    /// <summary>
    /// Ends as a remote worker does whose process dies. What it has in hand must not answer, which is the script's affair.
    /// </summary>
    public ValueTask KillAsync()
    {
        _killed = IsRemote;
        return DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        List<Task> work;
        lock (_work)
            work = [.. _work];
        await Task.WhenAll(work).WaitAsync(TimeSpan.FromSeconds(20)); // an answer that never comes is a fault of the hub
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var items = IsRemote && _hub is EmbeddedTaskHub embedded
                ? embedded.GetWorkItemsAsync(Request, null, () => new ValueTask<bool>(_killed), _stop.Token)
                : _hub.GetWorkItemsAsync(Request, _stop.Token);
            await foreach (var item in items)
            {
                lock (_work)
                    _work.Add(Task.Run(() => HandleAsync(item)));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task HandleAsync(WorkItem item)
    {
        try
        {
            if (item.OrchestratorRequest is { } turn)
                await DecideAsync(turn, item.CompletionToken);
            else if (item.ActivityRequest is { } activity)
                await ExecuteAsync(activity, item.CompletionToken);
        }
        catch (RpcException e)
        {
            lock (Refused)
                Refused.Add(e.StatusCode);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task DecideAsync(OrchestratorRequest request, string token)
    {
        var turn = new Turn(request);
        if (!_orchestrators.TryGetValue(turn.Started.Name, out var decide))
        {
            await _hub.AbandonOrchestratorTaskAsync(new AbandonOrchestrationTaskRequest { CompletionToken = token }, CancellationToken.None);
            return;
        }

        var response = new OrchestratorResponse { InstanceId = request.InstanceId, CompletionToken = token };
        response.Actions.Add(decide(turn));
        response.CustomStatus = turn.CustomStatus;
        await _hub.CompleteOrchestratorTaskAsync(response, CancellationToken.None);
    }

    private async Task ExecuteAsync(ActivityRequest request, string token)
    {
        var response = await _activities[request.Name](request);
        response.InstanceId = request.OrchestrationInstance.InstanceId;
        response.TaskId = request.TaskId;
        response.CompletionToken = token;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await TryCompleteAsync(response))
            await timer.WaitForNextTickAsync(_stop.Token);
    }

    /// <summary>As SDKs do: a result whose fate is unknown is reported again, with the same token.</summary>
    private async Task<bool> TryCompleteAsync(ActivityResponse response)
    {
        try
        {
            await _hub.CompleteActivityTaskAsync(response, CancellationToken.None);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            return false;
        }
    }
}

/// <summary>One turn as a script sees it.</summary>
internal sealed class Turn(OrchestratorRequest request)
{
    public OrchestratorRequest Request { get; } = request;

    public IReadOnlyList<HistoryEvent> All { get; } = [.. request.PastEvents, .. request.NewEvents];

    public IReadOnlyList<HistoryEvent> New => Request.NewEvents;

    public string? CustomStatus { get; set; }

    public ExecutionStartedEvent Started => All.First(e => e.ExecutionStarted is not null).ExecutionStarted;

    public string? Input => Started.Input;

    public int Completed => All.Count(e => e.TaskCompleted is not null);

    public IReadOnlyList<EventRaisedEvent> Events => [.. All.Where(e => e.EventRaised is not null).Select(e => e.EventRaised)];

    public bool IsFirst => Request.PastEvents.Count == 0;
}
