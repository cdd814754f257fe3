using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>Takes a submitted request to work and writes down its plan.</summary>
[DurableTask(Name)]
internal sealed class BeginFulfilment(RequestProgress progress) : TaskActivity<FulfilmentPlan, object?>
{
    public const string Name = "BeginFulfilment";

    public override async Task<object?> RunAsync(TaskActivityContext context, FulfilmentPlan input)
    {
        await progress.BeginAsync(input, context.CancellationToken);
        return null;
    }
}
