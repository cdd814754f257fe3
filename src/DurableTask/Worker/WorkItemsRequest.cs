using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Worker;

internal static class WorkItemsRequest
{
    /// <summary>What this worker asks the hub for: its limits, what it is capable of, and the tasks it knows.</summary>
    public static GetWorkItemsRequest From(DurableTaskWorkerOptions options, DurableTaskRegistry registry)
    {
        var request = new GetWorkItemsRequest
        {
            MaxConcurrentOrchestrationWorkItems = options.Concurrency.MaximumConcurrentOrchestrationWorkItems,
            MaxConcurrentActivityWorkItems = options.Concurrency.MaximumConcurrentActivityWorkItems,
            Capabilities = { WorkerCapability.HistoryStreaming },
        };

        if (options.MaximumKeptOrchestrators > 0)
            request.Capabilities.Add(ExtendedSessions.Capability);

        if (options.OnlyRegisteredTasks)
            request.WorkItemFilters = Filters(registry);

        return request;
    }

    private static WorkItemFilters Filters(DurableTaskRegistry registry)
    {
        var filters = new WorkItemFilters();
        foreach (var tasks in registry.Orchestrators.GroupBy(task => task.Name))
            filters.Orchestrations.Add(new OrchestrationFilter { Name = tasks.Key, Versions = { Versions(tasks) } });

        foreach (var tasks in registry.Activities.GroupBy(task => task.Name))
            filters.Activities.Add(new ActivityFilter { Name = tasks.Key, Versions = { Versions(tasks) } });

        return filters;
    }

    /// <summary>A task without a version runs all versions, which an empty list says.</summary>
    private static List<string> Versions(IEnumerable<(TaskName Name, TaskVersion Version)> tasks)
    {
        var versions = tasks.Select(task => task.Version.Version).ToList();
        return versions.Contains("") ? [] : versions;
    }
}
