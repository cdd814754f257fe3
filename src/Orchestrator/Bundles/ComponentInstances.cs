using Pao.DurableTask.Client;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator.Bundles;

/// <summary>The orchestrations of a request's components in the hub: their ids begin with the request's.</summary>
internal sealed class ComponentInstances(DurableTaskClient client, TimeProvider time)
{
    private const string Reason = "The orchestration of the bundle has ended.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1); // one may begin in the turn in which the other ends

    private static readonly OrchestrationRuntimeStatus[] Living =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>What a decision or a piece of news began has a life of its own. By name: a component may be called as those ids are.</summary>
    private static readonly string[] OfTheirOwn = [CancelEffects.Name, Escalate.Name, TellTickets.Name];

    /// <param name="requestId">The request.</param>
    /// <param name="componentId">The component.</param>
    /// <param name="run">From 1; it is run again only when its orchestration has ended without it.</param>
    public static string Id(Guid requestId, string componentId, int run) =>
        run == 1 ? $"{Prefix(requestId)}{componentId}" : $"{Prefix(requestId)}{componentId}:{run}";

    /// <summary>
    /// Ends what a bundle's orchestration, which has ended itself, left behind; returns once the hub has been told. What a
    /// later orchestration of the same request began is none of it.
    /// </summary>
    /// <returns>The ids of those that had not ended.</returns>
    public async Task<IReadOnlyList<string>> TerminateAsync(
        Guid requestId, OrchestrationMetadata ended, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(
            CreatedTo: ended.LastUpdatedAt + Instant, Statuses: Living, InstanceIdPrefix: Prefix(requestId));
        List<string> living = [];
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
            if (!OfTheirOwn.Contains(instance.Name))
                living.Add(instance.InstanceId);

        foreach (var id in living)
            await client.TerminateInstanceAsync(id, new TerminateInstanceOptions(Reason, Recursive: true), cancellationToken);
        return living;
    }

    /// <summary>The same, and returns when all of them have ended.</summary>
    /// <exception cref="TimeoutException">One is still in work, or no worker is there to end it.</exception>
    public async Task EndAsync(Guid requestId, OrchestrationMetadata ended, CancellationToken cancellationToken)
    {
        foreach (var id in await TerminateAsync(requestId, ended, cancellationToken))
            await client.WaitForInstanceCompletionAsync(id, cancellationToken).WaitAsync(Patience, time, cancellationToken);
    }

    private static string Prefix(Guid requestId) => $"{requestId}:";
}
