using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using ActionType = Pao.DurableTask.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace Pao.DurableTask.Tests.Scripted;

/// <summary>
/// A hub in memory that hands out one work item after the other, so that a run is the same each time, and sets its clock
/// forward to the next timer when there is nothing else to do.
/// </summary>
internal sealed class ScriptedHub : EmptyHub
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ScriptedInstance> _instances = [];
    private readonly Queue<Func<WorkItem?>> _ready = new();
    private readonly PriorityQueue<(ScriptedInstance Instance, string ExecutionId, HistoryEvent Fired), (DateTime, int)> _timers = new();
    private Channel<WorkItem>? _stream;
    private GetWorkItemsRequest _worker = new();
    private WorkItem? _outstanding;
    private DateTime _now = Events.Start;
    private int _sequence;

    /// <summary>Every turn that was committed: who, its actions, and whether it came without its history.</summary>
    public List<(string InstanceId, string Actions, bool Kept)> Turns { get; } = [];

    /// <summary>How often a worker asked for a history that it had not kept.</summary>
    public int HistoryAskedFor { get; private set; }

    /// <summary>Whether a turn may come without its history, when the worker can keep orchestrators.</summary>
    public bool OffersSessions { get; init; } = true;

    /// <summary>Fails a completion instead of committing it; the item is handed out again.</summary>
    public Func<int, RpcException?> RefuseTurn { get; set; } = _ => null;

    /// <summary>Whether a turn of an instance that keeps no history in the request is streamed instead.</summary>
    public bool StreamsHistory { get; init; }

    public override async IAsyncEnumerable<WorkItem> GetWorkItemsAsync(
        GetWorkItemsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = Channel.CreateUnbounded<WorkItem>();
        lock (_gate)
        {
            _worker = request;
            _stream = stream;
            Pump();
        }

        await foreach (var item in stream.Reader.ReadAllAsync(cancellationToken))
            yield return item;
    }

    public override Task<CreateInstanceResponse> StartInstanceAsync(CreateInstanceRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var started = new ExecutionStartedEvent
            {
                Name = request.Name, Version = request.Version, Input = request.Input, ParentTraceContext = request.ParentTraceContext,
            };
            Start(request.InstanceId, started);
            Pump();
        }

        return Task.FromResult(new CreateInstanceResponse { InstanceId = request.InstanceId });
    }

    public override Task<GetInstanceResponse> GetInstanceAsync(GetInstanceRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
            return Task.FromResult(_instances.TryGetValue(request.InstanceId, out var instance)
                ? new GetInstanceResponse { Exists = true, OrchestrationState = instance.State.Clone() }
                : new GetInstanceResponse());
    }

    public override async Task<GetInstanceResponse> WaitForInstanceCompletionAsync(GetInstanceRequest request, CancellationToken cancellationToken)
    {
        Task ended;
        lock (_gate)
            ended = Find(request.InstanceId).Ended.Task;

        await ended.WaitAsync(cancellationToken);
        return await GetInstanceAsync(request, cancellationToken);
    }

    public override Task RaiseEventAsync(RaiseEventRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Raised(request.Name, request.Input));

    public override Task TerminateInstanceAsync(TerminateRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Terminated(request.Output));

    public override Task SuspendInstanceAsync(SuspendRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Suspended());

    public override Task ResumeInstanceAsync(ResumeRequest request, CancellationToken cancellationToken) =>
        SendAsync(request.InstanceId, Events.Resumed());

    public override async IAsyncEnumerable<HistoryChunk> StreamInstanceHistoryAsync(
        StreamInstanceHistoryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        List<HistoryEvent> history;
        lock (_gate)
            history = [.. Find(request.InstanceId).History];

        foreach (var chunk in history.Chunk(3))
            yield return new HistoryChunk { Events = { chunk } };
    }

    public override Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var item = Settle(response.CompletionToken).ActivityRequest;
            var end = response.FailureDetails is null
                ? Events.Completed(response.TaskId, response.Result)
                : new HistoryEvent
                {
                    EventId = -1,
                    Timestamp = _now.ToTimestamp(),
                    TaskFailed = new() { TaskScheduledId = response.TaskId, FailureDetails = response.FailureDetails },
                };
            Deliver(response.InstanceId, item.OrchestrationInstance.ExecutionId, end);
            Pump();
        }

        return Task.CompletedTask;
    }

    public override Task CompleteOrchestratorTaskAsync(OrchestratorResponse response, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (RefuseTurn(Turns.Count) is { } refusal)
            {
                if (refusal.StatusCode == StatusCode.NotFound)
                    Redeliver(response.CompletionToken);

                throw refusal;
            }

            var item = Settle(response.CompletionToken).OrchestratorRequest;
            var instance = Find(response.InstanceId);
            if (response.RequiresHistory)
            {
                HistoryAskedFor++;
                instance.Kept = false;
                _ready.Enqueue(() => TurnOf(instance));
            }
            else
            {
                Turns.Add((instance.Id, response.Actions.ToString(), item.PastEvents.Count == 0 && instance.Turns > 0));
                Commit(instance, response);
            }

            Pump();
        }

        return Task.CompletedTask;
    }

    public override Task AbandonActivityTaskAsync(AbandonActivityTaskRequest request, CancellationToken cancellationToken) =>
        AbandonAsync(request.CompletionToken);

    public override Task AbandonOrchestratorTaskAsync(AbandonOrchestrationTaskRequest request, CancellationToken cancellationToken) =>
        AbandonAsync(request.CompletionToken);

    private ScriptedInstance Find(string id) => _instances.TryGetValue(id, out var instance)
        ? instance
        : throw new RpcException(new Status(StatusCode.NotFound, $"There is no instance '{id}'."));

    private Task SendAsync(string instanceId, HistoryEvent message)
    {
        lock (_gate)
        {
            Deliver(instanceId, null, message);
            Pump();
        }

        return Task.CompletedTask;
    }

    private Task AbandonAsync(string token)
    {
        lock (_gate)
        {
            if (_outstanding?.CompletionToken == token)
                Redeliver(token);
        }

        return Task.CompletedTask;
    }

    private void Redeliver(string token)
    {
        var item = Settle(token);
        _ready.Enqueue(() => item.OrchestratorRequest is { } turn ? TurnOf(Find(turn.InstanceId)) : Tokened(item));
        Pump();
    }

    private WorkItem Settle(string token)
    {
        if (_outstanding is not { } item || item.CompletionToken != token)
            throw new RpcException(new Status(StatusCode.NotFound, "The completion token is not valid."));

        _outstanding = null;
        return item;
    }

    /// <summary>Hands out the next item when the worker has none; with nothing to hand out, time goes on.</summary>
    private void Pump()
    {
        while (_stream is not null && _outstanding is null)
        {
            if (_ready.TryDequeue(out var next))
            {
                _outstanding = next();
                if (_outstanding is not null)
                    _stream.Writer.TryWrite(_outstanding);
            }
            else if (_timers.TryDequeue(out var timer, out var due))
            {
                _now = due.Item1 > _now ? due.Item1 : _now;
                Deliver(timer.Instance.Id, timer.ExecutionId, timer.Fired);
            }
            else
                return;
        }
    }

    private void Start(string id, ExecutionStartedEvent started)
    {
        var instance = new ScriptedInstance(id);
        _instances[id] = instance;
        instance.State = new OrchestrationState
        {
            InstanceId = id,
            Name = started.Name,
            Input = started.Input,
            OrchestrationStatus = OrchestrationStatus.Pending,
            CreatedTimestamp = _now.ToTimestamp(),
            LastUpdatedTimestamp = _now.ToTimestamp(),
        };
        Begin(instance, started);
    }

    private void Begin(ScriptedInstance instance, ExecutionStartedEvent started)
    {
        instance.ExecutionId = $"execution-{++_sequence}";
        started.OrchestrationInstance = new OrchestrationInstance { InstanceId = instance.Id, ExecutionId = instance.ExecutionId };
        instance.Started = started;
        instance.History.Clear();
        instance.Turns = 0;
        instance.Kept = false;
        Deliver(instance.Id, null, new HistoryEvent { EventId = -1, Timestamp = _now.ToTimestamp(), ExecutionStarted = started });
    }

    private void Deliver(string instanceId, string? executionId, HistoryEvent message)
    {
        if (!_instances.TryGetValue(instanceId, out var instance) || instance.IsTerminal
            || (executionId is not null && executionId != instance.ExecutionId))
            return;

        instance.Inbox.Add(message);
        if (instance.Queued)
            return;

        instance.Queued = true;
        _ready.Enqueue(() => TurnOf(instance));
    }

    private WorkItem TurnOf(ScriptedInstance instance)
    {
        if (instance.Turn.Count == 0)
        {
            _now += TimeSpan.FromMilliseconds(1);
            instance.Turn.Add(Events.TurnStarted(_now));
        }

        instance.Turn.AddRange(instance.Inbox);
        instance.Inbox.Clear();
        var sessions = OffersSessions && _worker.Capabilities.Contains(ExtendedSessions.Capability);
        var request = new OrchestratorRequest { InstanceId = instance.Id, ExecutionId = instance.ExecutionId, NewEvents = { instance.Turn } };
        if (sessions)
        {
            request.Properties[ExtendedSessions.IsExtendedSession] = Value.ForBool(true);
            request.Properties[ExtendedSessions.IncludeState] = Value.ForBool(!instance.Kept);
            request.Properties[ExtendedSessions.Turn] = Value.ForNumber(instance.Turns);
        }

        request.RequiresHistoryStreaming = StreamsHistory && instance.Turns > 0;
        if (!instance.Kept && !request.RequiresHistoryStreaming)
            request.PastEvents.Add(instance.History);

        return Tokened(new WorkItem { OrchestratorRequest = request });
    }

    private WorkItem Tokened(WorkItem item)
    {
        item.CompletionToken = $"token-{++_sequence}";
        return item;
    }

    private void Commit(ScriptedInstance instance, OrchestratorResponse response)
    {
        instance.History.AddRange(instance.Turn);
        instance.Turn.Clear();
        instance.Turns++;
        instance.Kept = OffersSessions && _worker.Capabilities.Contains(ExtendedSessions.Capability);
        instance.State.CustomStatus = response.CustomStatus;
        instance.State.OrchestrationStatus = OrchestrationStatus.Running;
        foreach (var action in response.Actions)
        {
            if (Events.Recorded(action, _now) is { } recorded)
                instance.History.Add(recorded);

            Act(instance, action);
        }

        instance.History.Add(Events.TurnCompleted(_now));
        instance.Queued = instance.Inbox.Count > 0 && !instance.IsTerminal;
        if (instance.Queued)
            _ready.Enqueue(() => TurnOf(instance));
    }

    private void Act(ScriptedInstance instance, OrchestratorAction action)
    {
        switch (action.OrchestratorActionTypeCase)
        {
            case ActionType.ScheduleTask:
                _ready.Enqueue(() => Tokened(new WorkItem { ActivityRequest = ActivityOf(instance, action) }));
                break;
            case ActionType.CreateTimer:
                var due = action.CreateTimer.FireAt.ToDateTime();
                _timers.Enqueue((instance, instance.ExecutionId, Events.Fired(action.Id)), (due, ++_sequence));
                break;
            case ActionType.CreateSubOrchestration:
                var child = action.CreateSubOrchestration;
                Start(child.InstanceId, new ExecutionStartedEvent
                {
                    Name = child.Name,
                    Input = child.Input,
                    Version = child.Version,
                    ParentTraceContext = child.ParentTraceContext,
                    ParentInstance = new()
                    {
                        TaskScheduledId = action.Id,
                        Name = instance.Started.Name,
                        OrchestrationInstance = new() { InstanceId = instance.Id, ExecutionId = instance.ExecutionId },
                    },
                });
                break;
            case ActionType.SendEvent:
                Deliver(action.SendEvent.Instance.InstanceId, null, Events.Raised(action.SendEvent.Name, action.SendEvent.Data));
                break;
            case ActionType.CompleteOrchestration:
                Complete(instance, action.CompleteOrchestration);
                break;
        }
    }

    private static ActivityRequest ActivityOf(ScriptedInstance instance, OrchestratorAction action) => new()
    {
        Name = action.ScheduleTask.Name,
        Version = action.ScheduleTask.Version,
        Input = action.ScheduleTask.Input,
        TaskId = action.Id,
        ParentTraceContext = action.ScheduleTask.ParentTraceContext,
        OrchestrationInstance = new() { InstanceId = instance.Id, ExecutionId = instance.ExecutionId },
    };

    private void Complete(ScriptedInstance instance, CompleteOrchestrationAction completion)
    {
        if (completion.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew)
        {
            var started = instance.Started.Clone();
            started.Input = completion.Result;
            List<HistoryEvent> waiting = [.. completion.CarryoverEvents, .. instance.Inbox];
            instance.Inbox.Clear();
            Begin(instance, started);
            instance.Inbox.AddRange(waiting);
            return;
        }

        instance.State.OrchestrationStatus = completion.OrchestrationStatus;
        instance.State.Output = completion.Result;
        instance.State.FailureDetails = completion.FailureDetails;
        instance.Inbox.Clear();
        instance.Ended.TrySetResult();
        if (instance.Started.ParentInstance is { } parent)
            Deliver(parent.OrchestrationInstance.InstanceId, parent.OrchestrationInstance.ExecutionId, completion.FailureDetails is null
                ? Events.ChildCompleted(parent.TaskScheduledId, completion.Result)
                : Events.ChildFailed(parent.TaskScheduledId, completion.FailureDetails.ErrorMessage));
    }
}
