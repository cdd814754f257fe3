using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Poison;
using Action = Pao.DurableTask.Protocol.OrchestratorAction;
using ActionType = Pao.DurableTask.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace Pao.TaskHub.Turns;

/// <summary>
/// Applies a worker's decisions to an execution: pure, no I/O. The rules are those of the Durable Task protocol's
/// history model: one event per action with the action's id, in the order of the actions, and the effects that follow.
/// </summary>
internal sealed class Turn
{
    private readonly Execution _execution;
    private readonly Timestamp _now;
    private readonly OrchestrationState _state;
    private readonly List<HistoryEvent> _events;
    private readonly List<Delivery> _deliveries = [];
    private readonly List<ChildStart> _children = [];
    private CompleteOrchestrationAction? _completion;
    private int _completionId = -1;

    private Turn(OrchestrationState state, Execution execution, IReadOnlyList<HistoryEvent> newEvents, Timestamp now)
    {
        _state = state.Clone();
        _execution = execution;
        _now = now;
        _events = [.. newEvents];
    }

    /// <summary>What the turn changes.</summary>
    /// <param name="state">The instance's state before the turn; not changed.</param>
    /// <param name="execution">The history before the turn; not changed.</param>
    /// <param name="newEvents">The turn's messages, OrchestratorStarted first.</param>
    /// <param name="response">The worker's decisions.</param>
    /// <param name="now">The time of the commit.</param>
    public static TurnOutcome Apply(
        OrchestrationState state,
        Execution execution,
        IReadOnlyList<HistoryEvent> newEvents,
        OrchestratorResponse response,
        Timestamp now)
    {
        var turn = new Turn(state, execution, newEvents, now);
        foreach (var action in response.Actions)
            turn.Record(action);

        // Workers send the status as it is, in every turn: none is a clear only after the generation has set one.
        if (response.CustomStatus is not null || execution.HasStatus)
            turn._state.CustomStatus = response.CustomStatus;
        return turn.Finish() with { SetsStatus = response.CustomStatus is not null };
    }

    private void Record(Action action)
    {
        switch (action.OrchestratorActionTypeCase)
        {
            case ActionType.ScheduleTask: RecordTask(action.Id, action.ScheduleTask); break;
            case ActionType.CreateTimer: RecordTimer(action.Id, action.CreateTimer); break;
            case ActionType.CreateSubOrchestration: RecordChild(action.Id, action.CreateSubOrchestration); break;
            case ActionType.SendEvent: RecordSend(action.Id, action.SendEvent); break;
            case ActionType.TerminateOrchestration: RecordTermination(action.TerminateOrchestration); break;
            case ActionType.CompleteOrchestration when _completion is null:
                _completion = action.CompleteOrchestration;
                _completionId = action.Id;
                break;
        }
    }

    private HistoryEvent Append(int actionId)
    {
        var e = new HistoryEvent { EventId = actionId, Timestamp = _now };
        _events.Add(e);
        return e;
    }

    private void RecordTask(int id, ScheduleTaskAction action)
    {
        if ((Identifier.ProblemOfName(action.Name) ?? (action.Version is { Length: > 0 } version ? Identifier.ProblemOfName(version) : null)) is { } problem)
            throw new InvalidOperationException($"The name or version of activity {id} {problem}");

        var scheduled = new TaskScheduledEvent
        {
            Name = action.Name,
            Version = action.Version,
            Input = action.Input,
            ParentTraceContext = action.ParentTraceContext,
        };
        scheduled.Tags.Add(action.Tags);
        Append(id).TaskScheduled = scheduled;
    }

    private void RecordTimer(int id, CreateTimerAction action)
    {
        if (action.FireAt is null)
            throw new InvalidOperationException($"Timer {id} has no time.");

        _ = action.FireAt.ToDateTimeOffset(); // throws when it is no time
        Append(id).TimerCreated = new TimerCreatedEvent { FireAt = action.FireAt };
    }

    private void RecordSend(int id, SendEventAction action)
    {
        var target = action.Instance?.InstanceId ?? "";
        Append(id).EventSent = new EventSentEvent { InstanceId = target, Name = action.Name, Input = action.Data };
        Deliver(new Delivery(target, null, Events.Raised(_now, action.Name, action.Data)));
    }

    private void RecordTermination(TerminateOrchestrationAction action) =>
        Deliver(new Delivery(action.InstanceId, null, Events.Terminated(_now, action.Reason, action.Recurse)));

    /// <summary>A target that cannot exist gets nothing, as one that does not.</summary>
    private void Deliver(Delivery delivery)
    {
        if (Identifier.ProblemOfId(delivery.InstanceId) is null)
            _deliveries.Add(delivery);
    }

    private void RecordChild(int id, CreateSubOrchestrationAction action)
    {
        var created = new SubOrchestrationInstanceCreatedEvent
        {
            InstanceId = action.InstanceId.Length > 0 ? action.InstanceId : Guid.NewGuid().ToString("N"),
            Name = action.Name,
            Version = action.Version,
            Input = action.Input,
            ParentTraceContext = action.ParentTraceContext,
        };
        created.Tags.Add(action.Tags);
        Append(id).SubOrchestrationInstanceCreated = created;

        if (WhyNot(id, created) is { } refusal)
            _deliveries.Add(new Delivery(_state.InstanceId, _state.ExecutionId, refusal));
        else
            _children.Add(NewInstance.Child(created, id, _state, _now));
    }

    /// <summary>What the parent is told when the child cannot be, whatever the store has; null when it can.</summary>
    private HistoryEvent? WhyNot(int id, SubOrchestrationInstanceCreatedEvent child)
    {
        if (Identifier.ProblemOfId(child.InstanceId) is { } problem)
            return Events.ChildRefused(_now, id, "InvalidInstanceId", $"A sub-orchestration's id {problem}");
        if (Identifier.ProblemOfName(child.Name) is { } name)
            return Events.ChildRefused(_now, id, "InvalidName", $"A sub-orchestration's name {name}");
        return child.InstanceId == _state.InstanceId || _children.Exists(other => other.State.InstanceId == child.InstanceId)
            ? Events.ChildExists(_now, id, child.InstanceId)
            : null;
    }

    private TurnOutcome Finish()
    {
        _state.LastUpdatedTimestamp = _now;

        if (_completion is { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } next)
            return ContinueAsNew(next);

        if (_completion is not null)
            Complete(_completion);
        else
            _state.OrchestrationStatus = EndsSuspended() ? OrchestrationStatus.Suspended : OrchestrationStatus.Running;

        _events.Add(Events.OrchestratorCompleted(_now));
        return Outcome();
    }

    private void Complete(CompleteOrchestrationAction completion)
    {
        _state.OrchestrationStatus = completion.OrchestrationStatus.IsTerminal()
            ? completion.OrchestrationStatus
            : OrchestrationStatus.Completed;
        _state.Output = completion.Result;
        _state.FailureDetails = completion.FailureDetails is { } failure ? Bounds.Shallow(failure) : null; // each parent adds a level
        _state.CompletedTimestamp = _now;
        Append(_completionId).ExecutionCompleted = new ExecutionCompletedEvent
        {
            OrchestrationStatus = _state.OrchestrationStatus,
            Result = completion.Result,
            FailureDetails = _state.FailureDetails,
        };
        TellParent();
        TerminateChildren();
    }

    private void TellParent()
    {
        var started = Started();
        if (started?.ParentInstance is not { } parent || started.Tags.ContainsKey("FireAndForget"))
            return;

        _deliveries.Add(new Delivery(
            parent.OrchestrationInstance.InstanceId,
            parent.OrchestrationInstance.ExecutionId,
            Events.ChildEnded(_now, parent.TaskScheduledId, _state)));
    }

    /// <summary>A recursive termination goes on to every child that has not ended, in the same commit.</summary>
    private void TerminateChildren()
    {
        var termination = _events.FirstOrDefault(e => e.ExecutionTerminated is { Recurse: true })?.ExecutionTerminated;
        if (_state.OrchestrationStatus != OrchestrationStatus.Terminated || termination is null)
            return;

        foreach (var child in _execution.Children.Values)
            _deliveries.Add(new Delivery(child.InstanceId, null, Events.Terminated(_now, termination.Input, recurse: true)));
    }

    private TurnOutcome ContinueAsNew(CompleteOrchestrationAction completion)
    {
        var old = Started() ?? throw new InvalidOperationException($"Instance '{_state.InstanceId}' continued as new before it started.");
        var executionId = Events.NewExecutionId();
        var started = old.Clone();
        started.Input = completion.Result;
        started.Version = completion.NewVersion ?? old.Version;
        started.OrchestrationInstance = new OrchestrationInstance { InstanceId = _state.InstanceId, ExecutionId = executionId };
        started.ScheduledStartTimestamp = null;

        _state.ExecutionId = executionId;
        _state.Version = started.Version;
        _state.Input = completion.Result;
        _state.OrchestrationStatus = EndsSuspended() ? OrchestrationStatus.Suspended : OrchestrationStatus.Running;

        List<HistoryEvent> messages = [Events.Started(_now, started)];
        foreach (var carried in completion.CarryoverEvents)
        {
            var message = carried.Clone();
            message.EventId = -1;
            message.Timestamp = _now;
            messages.Add(message);
        }

        if (EndsSuspended())
            messages.Add(Events.Suspended(_now, null));

        return Outcome() with { Next = new NextExecution(executionId, messages) };
    }

    private TurnOutcome Outcome() =>
        new() { Events = _events, State = _state, Deliveries = _deliveries, Children = _children };

    private ExecutionStartedEvent? Started() =>
        _execution.Started ?? _events.FirstOrDefault(e => e.ExecutionStarted is not null)?.ExecutionStarted;

    private bool EndsSuspended() =>
        _events.LastOrDefault(e => e.ExecutionSuspended is not null || e.ExecutionResumed is not null) is { } last
            ? last.ExecutionSuspended is not null
            : _execution.Suspended;
}
