using Pao.DurableTask;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Telling;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>Records that a request has stopped, and why: from here on a person can decide. Answers the number of the stop.</summary>
[DurableTask(Name)]
internal sealed class RecordFailure(RequestProgress progress, TicketNews news) : TaskActivity<Stoppage, int>
{
    public const string Name = "RecordFailure";

    public override async Task<int> RunAsync(TaskActivityContext context, Stoppage input)
    {
        var number = await progress.FailAsync(input, context.CancellationToken);
        await news.TellAsync(input, number, context.CancellationToken);
        return number;
    }
}
