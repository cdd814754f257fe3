using Pao.DurableTask;

namespace Pao.Orchestrator.Escalations;

/// <summary>Records that nobody could be asked, and why.</summary>
[DurableTask(Name)]
internal sealed class FailEscalation(EscalationStore escalations) : TaskActivity<FailedEscalation, object?>
{
    public const string Name = "FailEscalation";

    public override async Task<object?> RunAsync(TaskActivityContext context, FailedEscalation input)
    {
        await escalations.FailAsync(input, context.CancellationToken);
        return null;
    }
}

internal sealed record FailedEscalation(EscalationKey Key, string Code, string Message);
