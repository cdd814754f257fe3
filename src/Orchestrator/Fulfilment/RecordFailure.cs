using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>Records that a request has stopped, and why: from here on a person can decide. Answers the number of the stop.</summary>
[DurableTask(Name)]
internal sealed class RecordFailure(RequestProgress progress) : TaskActivity<Stoppage, int>
{
    public const string Name = "RecordFailure";

    public override Task<int> RunAsync(TaskActivityContext context, Stoppage input) =>
        progress.FailAsync(input, context.CancellationToken);
}
