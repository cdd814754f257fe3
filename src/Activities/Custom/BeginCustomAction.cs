using Pao.DurableTask;

namespace Pao.Activities.Custom;

/// <summary>Notes the intent of an action that somebody else's worker carries out. Answers the receipt when there is one.</summary>
public sealed class BeginCustomAction(IActionJournal journal) : TaskActivity<ActionExecution, ActionResult?>
{
    public override Task<ActionResult?> RunAsync(TaskActivityContext context, ActionExecution input) =>
        journal.BeginAsync(input, context.CancellationToken);
}
