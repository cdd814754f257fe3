using Pao.DurableTask;

namespace Pao.Activities.Custom;

/// <summary>Reads an action's outputs from what somebody else's worker answered, and notes the receipt.</summary>
public sealed class CompleteCustomAction(IActionJournal journal, CustomOutputs outputs) : TaskActivity<CustomAnswer, ActionResult>
{
    public override async Task<ActionResult> RunAsync(TaskActivityContext context, CustomAnswer input)
    {
        var result = outputs.Read(input);
        await journal.CompleteAsync(input.Execution, result, context.CancellationToken);
        return result;
    }
}

/// <summary>What the worker answered, as JSON; a text, so that its depth is no matter.</summary>
public sealed record CustomAnswer(ActionExecution Execution, string Result);
