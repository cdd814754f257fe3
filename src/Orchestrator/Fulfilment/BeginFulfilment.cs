using Pao.DurableTask;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Takes a submitted request to work: chooses how it is fulfilled, and writes that down. Answers what was chosen, now or
/// before; null when the request has ended, taken back for instance.
/// </summary>
[DurableTask(Name)]
internal sealed class BeginFulfilment(RequestProgress progress, AutomationSwitches switches, PlanMaking plans) : TaskActivity<Guid, ChosenPlan?>
{
    public const string Name = "BeginFulfilment";

    public override async Task<ChosenPlan?> RunAsync(TaskActivityContext context, Guid input)
    {
        var off = await switches.ListAsync(context.CancellationToken);
        return await progress.BeginAsync(input, item => plans.Make(item, off), context.CancellationToken);
    }
}
