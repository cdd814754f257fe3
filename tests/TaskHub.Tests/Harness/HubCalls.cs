using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Tests.Harness;

/// <summary>A client's calls, without what no test varies.</summary>
internal static class HubCalls
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Starts an instance whose id must be free.</summary>
    public static Task<CreateInstanceResponse> BeginAsync(this EmbeddedTaskHub hub, string name, string id, string? input = null) =>
        hub.StartInstanceAsync(
            new CreateInstanceRequest { Name = name, InstanceId = id, Input = input, OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy() },
            TestContext.Current.CancellationToken);

    public static Task RaiseAsync(this EmbeddedTaskHub hub, string id, string name, string? input = null) => hub.RaiseEventAsync(
        new RaiseEventRequest { InstanceId = id, Name = name, Input = input }, TestContext.Current.CancellationToken);

    public static async Task<OrchestrationState?> StateAsync(this EmbeddedTaskHub hub, string id)
    {
        var request = new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true };
        return (await hub.GetInstanceAsync(request, TestContext.Current.CancellationToken)).OrchestrationState;
    }

    public static async Task<OrchestrationState> EndAsync(this EmbeddedTaskHub hub, string id)
    {
        var request = new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true };
        var end = await hub.WaitForInstanceCompletionAsync(request, TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        return end.OrchestrationState;
    }

    public static Task UntilAsync(this EmbeddedTaskHub hub, string id, OrchestrationStatus status) => Eventually.TrueAsync(
        async () => (await hub.StateAsync(id))?.OrchestrationStatus == status, $"'{id}' is {status}");

    /// <summary>Waits until the hub has nothing in memory.</summary>
    public static Task UntilReleasedAsync(this EmbeddedTaskHub hub) =>
        Eventually.TrueAsync(() => hub.Node.Residents.Count == 0, "all instances have left memory");
}
