using Pao.DurableTask.Protocol;
using Kind = Pao.DurableTask.Protocol.HistoryEvent.EventTypeOneofCase;

namespace Pao.TaskHub.Tests.Harness;

/// <summary>What is true of every history, whatever happened while it was written.</summary>
internal static class Histories
{
    public static async Task<List<HistoryEvent>> AssertSoundAsync(EmbeddedTaskHub hub, string id, int activities)
    {
        List<HistoryEvent> events = [];
        await foreach (var chunk in hub.StreamInstanceHistoryAsync(new StreamInstanceHistoryRequest { InstanceId = id }, CancellationToken.None))
        {
            Assert.Equal(Kind.OrchestratorStarted, chunk.Events[0].EventTypeCase);
            Assert.Equal(Kind.OrchestratorCompleted, chunk.Events[^1].EventTypeCase);
            events.AddRange(chunk.Events);
        }

        Assert.Single(events, e => e.ExecutionStarted is not null);
        Assert.Single(events, e => e.ExecutionCompleted is not null);
        Assert.Equal(Kind.ExecutionCompleted, events[^2].EventTypeCase);

        var scheduled = events.Where(e => e.TaskScheduled is not null).Select(e => e.EventId).ToList();
        var ended = events.Where(e => e.TaskCompleted is not null).Select(e => e.TaskCompleted.TaskScheduledId).ToList();
        Assert.Equal(activities, ended.Count);
        Assert.Equal(ended.Count, ended.Distinct().Count());
        Assert.Equal(scheduled.Order(), ended.Order());
        var fired = events.Where(e => e.TimerFired is not null).Select(e => e.TimerFired.TimerId).ToList();
        Assert.Equal(fired.Count, fired.Distinct().Count());
        var turns = events.Where(e => e.OrchestratorStarted is not null).Select(e => e.Timestamp).ToList();
        Assert.Equal(turns.Order(), turns);

        var state = (await hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = id }, CancellationToken.None)).OrchestrationState;
        Assert.Equal(state.OrchestrationStatus, events[^2].ExecutionCompleted.OrchestrationStatus);
        return events;
    }
}
