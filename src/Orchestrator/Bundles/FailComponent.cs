using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>Records that a component has failed and waits; others of its bundle may still run.</summary>
[DurableTask(Name)]
internal sealed class FailComponent(ComponentProgress progress) : TaskActivity<ComponentStoppage, object?>
{
    public const string Name = "FailComponent";

    public override async Task<object?> RunAsync(TaskActivityContext context, ComponentStoppage input)
    {
        await progress.FailAsync(input.RequestId, input.Stop.ToFailure(), input.Stop.Number, context.CancellationToken);
        return null;
    }
}

internal sealed record ComponentStoppage(Guid RequestId, ComponentStop Stop);
