using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>
/// Fulfils one request for a bundle: each component is a sub-orchestration, begun when those it depends on have ended.
/// When some have failed and nothing runs any more, the request stops and waits, without limit, for a person.
/// </summary>
[DurableTask(Name)]
internal sealed class FulfilBundle : TaskOrchestrator<FulfilmentInput, FulfilmentOutcome>
{
    public const string Name = "FulfilBundle";
    private const string FailedCode = "bundle.failed";

    public override async Task<FulfilmentOutcome> RunAsync(TaskOrchestrationContext context, FulfilmentInput input)
    {
        var bundle = input.Item.Bundle ?? throw new InvalidOperationException($"{input.Item.Id} is no bundle.");
        if (await context.CallActivityAsync<ChosenPlan?>(BeginFulfilment.Name, input.RequestId, Retries.Store) is not { } plan)
            return new FulfilmentOutcome(RequestStatus.Cancelled);

        var components = new ComponentRuns(context, input, bundle, plan);
        await components.RunAsync();
        for (var failures = 1; components.Failures.Count > 0; failures++)
        {
            var decision = await context.StopAsync(Stoppage(context, input, bundle, components.Failures), failures);
            if (decision.Kind is DecisionKind.Abort)
            {
                await components.AbortAsync();
                return new FulfilmentOutcome(RequestStatus.Aborted);
            }

            if (decision.Fields is { } fields)
                await components.RestartAsync(fields, decision.Components ?? []);
            else
                components.Retry();
            await components.RunAsync();
        }

        await context.CallActivityAsync(CompleteFulfilment.Name, input.RequestId, Retries.Store);
        return new FulfilmentOutcome(RequestStatus.Completed);
    }

    private static Stoppage Stoppage(
        TaskOrchestrationContext context, FulfilmentInput input, PinnedBundle bundle, IReadOnlyList<ComponentFailure> failures)
    {
        var each = failures.Select(failure => $"{failure.ComponentId}: {failure.Message}");
        var message = $"{failures.Count} of {bundle.Components.Count} components failed. {string.Join(' ', each)}";
        return new Stoppage(input.RequestId, context.NewGuid(), ActionId: null, FailedCode, message) { Components = failures };
    }
}
