using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>Records that every action of a request is done.</summary>
[DurableTask(Name)]
internal sealed class CompleteFulfilment(RequestProgress progress) : TaskActivity<Guid, object?>
{
    public const string Name = "CompleteFulfilment";

    public override async Task<object?> RunAsync(TaskActivityContext context, Guid input)
    {
        await progress.CompleteAsync(input, context.CancellationToken);
        return null;
    }
}
