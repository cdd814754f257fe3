using System.Text.Json.Nodes;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>Records that every action of a component is done, and what others may use of it.</summary>
[DurableTask(Name)]
internal sealed class CompleteComponent(ComponentProgress progress) : TaskActivity<ComponentCompletion, object?>
{
    public const string Name = "CompleteComponent";

    public override async Task<object?> RunAsync(TaskActivityContext context, ComponentCompletion input)
    {
        await progress.CompleteAsync(input.Key, input.Outputs, context.CancellationToken);
        return null;
    }
}

internal sealed record ComponentCompletion(ComponentKey Key, JsonObject Outputs);
