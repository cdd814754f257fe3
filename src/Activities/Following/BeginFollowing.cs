using Pao.DurableTask;

namespace Pao.Activities.Following;

/// <summary>Notes that an orchestration follows an effect from here on: events about it find their way there.</summary>
public sealed class BeginFollowing(IActionJournal journal) : TaskActivity<EffectLook, object?>
{
    public override async Task<object?> RunAsync(TaskActivityContext context, EffectLook input)
    {
        await journal.FollowAsync(input.Execution, input.Waiting, new Follower(context.InstanceId, input.Until), context.CancellationToken);
        return null;
    }
}
