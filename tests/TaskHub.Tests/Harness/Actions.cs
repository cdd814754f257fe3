using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Tests.Harness;

/// <summary>Decisions of a script.</summary>
internal static class Actions
{
    public static OrchestratorAction Task(int id, string name, string? input = null) =>
        new() { Id = id, ScheduleTask = new ScheduleTaskAction { Name = name, Input = input } };

    public static OrchestratorAction Timer(int id, DateTime fireAt) =>
        new() { Id = id, CreateTimer = new CreateTimerAction { FireAt = fireAt.ToTimestamp() } };

    public static OrchestratorAction Child(int id, string name, string instanceId, string? input = null) => new()
    {
        Id = id,
        CreateSubOrchestration = new CreateSubOrchestrationAction { Name = name, InstanceId = instanceId, Input = input },
    };

    public static OrchestratorAction Send(int id, string instanceId, string name, string? data = null) => new()
    {
        Id = id,
        SendEvent = new SendEventAction { Instance = new OrchestrationInstance { InstanceId = instanceId }, Name = name, Data = data },
    };

    public static OrchestratorAction Complete(int id, string? result = null) => End(id, OrchestrationStatus.Completed, result);

    public static OrchestratorAction Fail(int id, string message)
    {
        var action = End(id, OrchestrationStatus.Failed, message);
        action.CompleteOrchestration.FailureDetails = new TaskFailureDetails
        {
            ErrorType = "Boom",
            ErrorMessage = message,
            InnerFailure = new TaskFailureDetails { ErrorType = "Inner", ErrorMessage = "why" },
        };
        return action;
    }

    public static OrchestratorAction ContinueAsNew(int id, string? input, params HistoryEvent[] carryover)
    {
        var action = End(id, OrchestrationStatus.ContinuedAsNew, input);
        action.CompleteOrchestration.CarryoverEvents.Add(carryover);
        return action;
    }

    private static OrchestratorAction End(int id, OrchestrationStatus status, string? result) => new()
    {
        Id = id,
        CompleteOrchestration = new CompleteOrchestrationAction { OrchestrationStatus = status, Result = result },
    };
}
