using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Fulfilment;

namespace Pao.Orchestrator.Tests.Bundles;

/// <summary>What tests of running bundles share.</summary>
public abstract class BundleRunTests(RunningService service)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static JsonObject Shop => new() { ["name"] = "shop" };

    internal Task<FulfilmentInput> SubmitAsync(PinnedItem bundle) => service.SubmitAsync(bundle, Shop);

    internal async Task<FulfilmentInput> StartAsync(PinnedItem bundle)
    {
        var input = await SubmitAsync(bundle);
        await service.Fulfilments.StartAsync(input, Cancellation);
        return input;
    }

    internal async Task<FulfilmentInput> StartFailingAsync(PinnedItem bundle, params IReadOnlyList<string> failing)
    {
        var input = await SubmitAsync(bundle);
        foreach (var action in failing)
            service.Script.Fail(input.RequestId, action, times: 1);
        await service.Fulfilments.StartAsync(input, Cancellation);
        await WaitForAsync(input, RequestStatus.Failed);
        return input;
    }

    internal async Task DecideAsync(FulfilmentInput input, DecisionKind kind) =>
        await service.Fulfilments.DeliverAsync(await service.DecideAsync(input, kind), Cancellation);

    internal Task<Request> WaitForAsync(FulfilmentInput input, RequestStatus status) =>
        service.WaitForAsync(input, request => request.Status == status);

    internal Task WaitForCallsAsync(FulfilmentInput input, int count) =>
        service.WaitForAsync(input, _ => Executions(input).Count >= count);

    internal List<ActionExecution> Executions(FulfilmentInput input) =>
        [.. service.Script.Calls.Where(call => call.RequestId == input.RequestId)];

    internal List<string> Calls(FulfilmentInput input) => [.. Executions(input).Select(call => call.Path)];

    internal Task<List<RequestComponent>> ComponentsAsync(FulfilmentInput input) =>
        service.Requests.ComponentsAsync(input.RequestId, Cancellation);

    internal async Task<string> StatesAsync(FulfilmentInput input) =>
        string.Join(' ', (await ComponentsAsync(input)).Select(component => $"{component.Id}:{component.Status}"));

    /// <summary>Each key meant one body, however often it went out.</summary>
    internal void AssertOneBodyPerKey(FulfilmentInput input) =>
        Assert.All(
            Executions(input).GroupBy(call => call.IdempotencyKey),
            calls => Assert.Single(calls.Select(call => call.Config.ToJsonString()).Distinct()));
}
