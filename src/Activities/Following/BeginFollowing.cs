using Pao.DurableTask;

namespace Pao.Activities.Following;

/// <summary>
/// Notes that an orchestration follows an effect from here on: events about it find their way there. Answers whether it is over
/// already: a person who said so before this could not tell the orchestration.
/// </summary>
public sealed class BeginFollowing(IActionJournal journal) : TaskActivity<EffectLook, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, EffectLook input)
    {
        await journal.FollowAsync(input.Execution, input.Waiting, new Follower(context.InstanceId, input.Until), context.CancellationToken);
        return await journal.FindAsync(input.Execution, context.CancellationToken) is ActionIntent.Done;
    }
}
