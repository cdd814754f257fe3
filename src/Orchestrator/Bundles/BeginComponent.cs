using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>Takes a component to work. Answers how often it has stopped so far.</summary>
[DurableTask(Name)]
internal sealed class BeginComponent(ComponentProgress progress) : TaskActivity<ComponentKey, int>
{
    public const string Name = "BeginComponent";

    public override Task<int> RunAsync(TaskActivityContext context, ComponentKey input) =>
        progress.BeginAsync(input, context.CancellationToken);
}
