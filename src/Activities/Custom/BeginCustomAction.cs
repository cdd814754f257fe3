using Pao.DurableTask;

namespace Pao.Activities.Custom;

/// <summary>Notes the intent of an action that somebody else's worker carries out. Answers the receipt when there is one.</summary>
public sealed class BeginCustomAction(IActionJournal journal) : TaskActivity<ActionExecution, ActionResult?>
{
    public override async Task<ActionResult?> RunAsync(TaskActivityContext context, ActionExecution input)
    {
        var intent = await journal.BeginAsync(input, context.CancellationToken);
        // Its effect is the worker's: whoever may see a call twice knows it by its key.
        if (intent is ActionIntent.Unsure)
            await journal.ProbedAsync(input, new ProbeVerdict.Repeatable("the worker knows the call by its idempotency key."), context.CancellationToken);
        return (intent as ActionIntent.Done)?.Receipt;
    }
}
