using Pao.DurableTask.Protocol;
using ActionType = Pao.DurableTask.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;
using EventType = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.DurableTask.Replay;

/// <summary>
/// What the code has decided and the history does not know yet, in the order of the decisions. On replay each decision
/// must be found in the history: same id, same kind, same name.
/// </summary>
internal sealed class Decisions(ExecutionStartedEvent started)
{
    private const string Advice =
        "An orchestrator must decide the same from the same history. Let running instances finish with the code they were "
        + "started with: give the changed orchestrator another version or name.";

    private readonly List<OrchestratorAction> _open = [];
    private int _first;
    private int _nextId;

    public bool IsEmpty => _first == _open.Count;

    public OrchestratorAction Add()
    {
        var action = new OrchestratorAction { Id = _nextId++ };
        _open.Add(action);
        return action;
    }

    /// <summary>Checks an event that records an action against what the code decided.</summary>
    public void Confirm(HistoryEvent recorded)
    {
        var index = IndexOf(recorded.EventId);
        if (index < 0)
            throw Differs(recorded, recorded.EventId < _nextId
                ? "the code, replayed, has that behind it"
                : "the code, replayed, did not get that far");

        var action = _open[index];
        if (!Same(recorded, action))
            throw Differs(recorded, $"the code, replayed, decided {Describe(action)}");

        if (index != _first)
        {
            _open.RemoveAt(index);
        }
        else if (++_first == _open.Count)
        {
            _open.Clear();
            _first = 0;
        }
    }

    /// <summary>Checks, when a turn begins, that the history knows all decisions of the turns before.</summary>
    public void EnsureAllRecorded()
    {
        if (!IsEmpty)
            throw new NonDeterministicOrchestrationException(
                $"{Subject} decided, replayed, {Describe(_open[_first])} as action #{_open[_first].Id}, of which the history "
                + $"knows nothing. {Advice}");
    }

    /// <summary>Checks, when a turn begins, that the code has not ended in a turn before.</summary>
    public NonDeterministicOrchestrationException EndedEarly() =>
        new($"{Subject} ended, replayed, where the history goes on. {Advice}");

    /// <summary>Hands over what the history does not know.</summary>
    public void MoveTo(ICollection<OrchestratorAction> actions)
    {
        for (var i = _first; i < _open.Count; i++)
            actions.Add(_open[i]);

        Clear();
    }

    public void Clear()
    {
        _open.Clear();
        _first = 0;
    }

    private string Subject => $"Orchestrator '{started.Name}', instance '{started.OrchestrationInstance?.InstanceId}',";

    private NonDeterministicOrchestrationException Differs(HistoryEvent recorded, string decided) =>
        new($"{Subject} has {Describe(recorded)} as action #{recorded.EventId} in its history, but {decided}. {Advice}");

    /// <summary>History keeps the order of the decisions, so it is nearly always the first.</summary>
    private int IndexOf(int id)
    {
        for (var i = _first; i < _open.Count; i++)
            if (_open[i].Id == id)
                return i;

        return -1;
    }

    private static bool Same(HistoryEvent recorded, OrchestratorAction action) => (recorded.EventTypeCase, action.OrchestratorActionTypeCase) switch
    {
        (EventType.TaskScheduled, ActionType.ScheduleTask) => SameName(recorded.TaskScheduled.Name, action.ScheduleTask.Name),
        (EventType.SubOrchestrationInstanceCreated, ActionType.CreateSubOrchestration) =>
            SameName(recorded.SubOrchestrationInstanceCreated.Name, action.CreateSubOrchestration.Name),
        (EventType.TimerCreated, ActionType.CreateTimer) => true,
        (EventType.EventSent, ActionType.SendEvent) => SameName(recorded.EventSent.Name, action.SendEvent.Name),
        _ => false,
    };

    private static bool SameName(string recorded, string decided) =>
        string.Equals(recorded, decided, StringComparison.OrdinalIgnoreCase);

    private static string Describe(HistoryEvent recorded) => recorded.EventTypeCase switch
    {
        EventType.TaskScheduled => $"a call of activity '{recorded.TaskScheduled.Name}'",
        EventType.SubOrchestrationInstanceCreated => $"a call of sub-orchestrator '{recorded.SubOrchestrationInstanceCreated.Name}'",
        EventType.EventSent => $"the sending of event '{recorded.EventSent.Name}'",
        _ => "a timer",
    };

    private static string Describe(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        ActionType.ScheduleTask => $"a call of activity '{action.ScheduleTask.Name}'",
        ActionType.CreateSubOrchestration => $"a call of sub-orchestrator '{action.CreateSubOrchestration.Name}'",
        ActionType.SendEvent => $"the sending of event '{action.SendEvent.Name}'",
        _ => "a timer",
    };
}
