using Pao.DurableTask;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>Records that every action of a request is done.</summary>
[DurableTask(Name)]
internal sealed class CompleteFulfilment(RequestProgress progress, TicketNews news) : TaskActivity<Guid, object?>
{
    public const string Name = "CompleteFulfilment";

    public override async Task<object?> RunAsync(TaskActivityContext context, Guid input)
    {
        await progress.CompleteAsync(input, context.CancellationToken);
        await news.TellCompletedAsync(input, context.CancellationToken);
        return null;
    }
}
