using Pao.DurableTask.Protocol;
using Pao.TaskHub.Turns;
using Kind = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>What must be true of what is stored when all is over, whatever happened before.</summary>
internal static class StoredHistories
{
    public static void AssertSound(SimulatedDatabase database)
    {
        Assert.Empty(database.Leftovers);
        foreach (var state in database.Instances)
            AssertSound(state, [.. database.History(state.InstanceId).Select(turn => HistoryChunk.Parser.ParseFrom(turn).Events.ToList())]);
    }

    private static void AssertSound(OrchestrationState state, List<List<HistoryEvent>> turns)
    {
        foreach (var turn in turns)
        {
            Assert.Equal(Kind.OrchestratorStarted, turn[0].EventTypeCase);
            Assert.Equal(Kind.OrchestratorCompleted, turn[^1].EventTypeCase);
        }

        var times = turns.Select(turn => turn[0].Timestamp).ToList();
        Assert.Equal(times.Order(), times);

        var events = turns.SelectMany(turn => turn).ToList();
        Assert.Single(events, e => e.ExecutionStarted is not null);
        var end = Assert.Single(events, e => e.ExecutionCompleted is not null).ExecutionCompleted;
        Assert.Equal(Kind.ExecutionCompleted, events[^2].EventTypeCase);
        Assert.True(state.OrchestrationStatus.IsTerminal());
        Assert.Equal(end.OrchestrationStatus, state.OrchestrationStatus);
        Assert.Equal(end.Result, state.Output);

        AssertEndsOnce(
            events.Where(e => e.TaskScheduled is not null),
            events.Select(e => e.TaskCompleted?.TaskScheduledId ?? e.TaskFailed?.TaskScheduledId));
        AssertEndsOnce(events.Where(e => e.TimerCreated is not null), events.Select(e => e.TimerFired?.TimerId));
        AssertEndsOnce(
            events.Where(e => e.SubOrchestrationInstanceCreated is not null),
            events.Select(e => e.SubOrchestrationInstanceCompleted?.TaskScheduledId ?? e.SubOrchestrationInstanceFailed?.TaskScheduledId));
    }

    private static void AssertEndsOnce(IEnumerable<HistoryEvent> begun, IEnumerable<int?> ended)
    {
        var ids = ended.OfType<int>().ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Subset(begun.Select(e => e.EventId).ToHashSet(), ids.ToHashSet());
    }
}
