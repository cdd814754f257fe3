using Grpc.Core;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Grpc;

/// <summary>Which work a caller may ask for.</summary>
internal static class WorkItemsAccess
{
    /// <summary>Refuses a worker that registers what is not its own, by name, instead of letting it wait for ever.</summary>
    /// <exception cref="RpcException">PermissionDenied.</exception>
    public static void Check(GetWorkItemsRequest request, Caller caller)
    {
        if (caller.Rights == CallerRights.All || request.WorkItemFilters is not { } filters)
            return;

        if (filters.Orchestrations is [{ } orchestrator, ..])
            throw Denied(caller, $"the orchestrator '{orchestrator.Name}'", "may run activities only");
        if (filters.Activities.FirstOrDefault(activity => caller.Hub.Access.ReservedNames.Contains(activity.Name)) is { } reserved)
            throw Denied(caller, $"the activity '{reserved.Name}'", "may not use names that are reserved for the hub's host");
    }

    private static RpcException Denied(Caller caller, string what, string why) => new(new Status(
        StatusCode.PermissionDenied, $"This worker asks for {what}; on the task hub '{caller.Hub.Name}' it {why}."));
}
