using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>Records that a request has stopped, and why: from here on a person can decide.</summary>
[DurableTask(Name)]
internal sealed class RecordFailure(RequestProgress progress) : TaskActivity<Stoppage, object?>
{
    public const string Name = "RecordFailure";

    public override async Task<object?> RunAsync(TaskActivityContext context, Stoppage input)
    {
        await progress.FailAsync(input, context.CancellationToken);
        return null;
    }
}
