using System.Diagnostics;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Client;

public static class StartOrchestrationOptionsExtensions
{
    private static readonly OrchestrationStatus[] Replaceable =
    [
        OrchestrationStatus.Completed, OrchestrationStatus.Failed, OrchestrationStatus.Terminated, OrchestrationStatus.Canceled,
        OrchestrationStatus.Pending, OrchestrationStatus.Running, OrchestrationStatus.Suspended,
    ];

    /// <summary>The same options with the statuses in which an existing instance stands in the way.</summary>
    public static StartOrchestrationOptions WithDedupeStatuses(
        this StartOrchestrationOptions options, params OrchestrationRuntimeStatus[] dedupeStatuses) =>
        options with { DedupeStatuses = [.. dedupeStatuses.Select(status => status.ToString())] };

    /// <summary>The same options with the span that the orchestration belongs under; unset, that is the current one.</summary>
    /// <remarks>Not in Microsoft's API, where it is always the current one: for starts that are made up for after a crash.</remarks>
    public static StartOrchestrationOptions WithParentTrace(this StartOrchestrationOptions options, ActivityContext? parent) =>
        options with { ParentTrace = parent };

    /// <summary>The protocol says which statuses may be replaced: all that are not named.</summary>
    internal static OrchestrationIdReusePolicy? ReusePolicy(this StartOrchestrationOptions options)
    {
        if (options.DedupeStatuses is not { } names)
            return null;

        var deduped = names.Select(Parse).ToHashSet();
        return new OrchestrationIdReusePolicy { ReplaceableStatus = { Replaceable.Where(status => !deduped.Contains(status)) } };
    }

    private static OrchestrationStatus Parse(string name) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
            ? (OrchestrationStatus)status
            : throw new ArgumentException(
                $"'{name}' is no status of an orchestration; use one of {string.Join(", ", Enum.GetNames<OrchestrationRuntimeStatus>())}.");
}
