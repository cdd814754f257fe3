using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Turns;

/// <summary>The first state and the first message of an instance.</summary>
internal static class NewInstance
{
    public static (OrchestrationState State, HistoryEvent Started) FromClient(CreateInstanceRequest request, Timestamp now)
    {
        var id = request.InstanceId.Length > 0 ? request.InstanceId : Guid.NewGuid().ToString("N");
        var started = new ExecutionStartedEvent
        {
            Name = request.Name,
            Version = request.Version,
            Input = request.Input,
            OrchestrationInstance = new OrchestrationInstance
            {
                InstanceId = id,
                ExecutionId = request.ExecutionId ?? Events.NewExecutionId(),
            },
            // JavaScript's SDK always sends a time, epoch 0 for none.
            ScheduledStartTimestamp = request.ScheduledStartTimestamp is { } at && at > now ? at : null,
            ParentTraceContext = request.ParentTraceContext,
        };
        started.Tags.Add(request.Tags);
        return (State(started, null, now), Events.Started(now, started));
    }

    public static ChildStart Child(SubOrchestrationInstanceCreatedEvent created, int taskId, OrchestrationState parent, Timestamp now)
    {
        var started = new ExecutionStartedEvent
        {
            Name = created.Name,
            Version = created.Version,
            Input = created.Input,
            OrchestrationInstance = new OrchestrationInstance { InstanceId = created.InstanceId, ExecutionId = Events.NewExecutionId() },
            ParentInstance = new ParentInstanceInfo
            {
                TaskScheduledId = taskId,
                Name = parent.Name,
                Version = parent.Version,
                OrchestrationInstance = new OrchestrationInstance { InstanceId = parent.InstanceId, ExecutionId = parent.ExecutionId },
            },
            ParentTraceContext = created.ParentTraceContext,
        };
        started.Tags.Add(created.Tags);
        return new ChildStart(taskId, State(started, parent.InstanceId, now), Events.Started(now, started));
    }

    private static OrchestrationState State(ExecutionStartedEvent started, string? parentId, Timestamp now)
    {
        var state = new OrchestrationState
        {
            InstanceId = started.OrchestrationInstance.InstanceId,
            ExecutionId = started.OrchestrationInstance.ExecutionId,
            Name = started.Name,
            Version = started.Version,
            OrchestrationStatus = OrchestrationStatus.Pending,
            ScheduledStartTimestamp = started.ScheduledStartTimestamp,
            CreatedTimestamp = now,
            LastUpdatedTimestamp = now,
            Input = started.Input,
            ParentInstanceId = parentId,
        };
        state.Tags.Add(started.Tags);
        return state;
    }
}
