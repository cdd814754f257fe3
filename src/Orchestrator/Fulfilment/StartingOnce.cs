using Pao.DurableTask;
using Pao.DurableTask.Client;

namespace Pao.Orchestrator.Fulfilment;

internal static class StartingOnce
{
    /// <summary>An instance in any status stands in the way: the hub would otherwise start an ended one anew.</summary>
    public static readonly StartOrchestrationOptions Options =
        new StartOrchestrationOptions().WithDedupeStatuses(Enum.GetValues<OrchestrationRuntimeStatus>());

    /// <summary>Starts an orchestration unless there is, or was, one with its id.</summary>
    public static Task<bool> StartOnceAsync(
        this DurableTaskClient client, string name, object input, string instanceId, CancellationToken cancellationToken) =>
        client.TryStartAsync(name, input, Options with { InstanceId = instanceId }, cancellationToken);

    /// <returns>False when there is one already that stands in the way.</returns>
    public static async Task<bool> TryStartAsync(
        this DurableTaskClient client, string name, object input, StartOrchestrationOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(name, input, options, cancellationToken);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false; // another process, or this one before a crash, was first
        }
    }
}
