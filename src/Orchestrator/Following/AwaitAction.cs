using Pao.Activities;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Following;

/// <summary>
/// Waits for an effect that goes on. An event is a hint to look, a timer comes in any case: the state is read from its
/// source. A ticket may stay open for months, so the history is begun anew after some looks.
/// </summary>
[DurableTask(Name)]
internal sealed class AwaitAction : TaskOrchestrator<AwaitedEffect, AwaitedOutcome?>
{
    public const string Name = "AwaitAction";
    public const string BeginName = "BeginFollowing";
    public const string LookName = "FollowAction";

    private const int LooksPerHistory = 25;

    public override async Task<AwaitedOutcome?> RunAsync(TaskOrchestrationContext context, AwaitedEffect input)
    {
        var effect = input;
        var isOver = false;
        if (!input.Begun)
        {
            isOver = await context.CallActivityAsync<bool>(BeginName, effect.Look, Retries.Store);
            effect = effect with { Begun = true };
        }

        for (var looks = 0; looks < LooksPerHistory; looks++)
        {
            context.SetCustomStatus(new AwaitedProgress(effect.Waiting.WaitsFor, effect.Until));
            if (!isOver)
                await HintOrTimeAsync(context, effect);
            var looked = context.CurrentUtcDateTime;
            try
            {
                var standing = await context.CallActivityAsync<ActionStanding>(LookName, effect.Look, Retries.Store);
                if (standing.Result is { } result)
                    return new AwaitedOutcome(result, Failure: null);
                effect = effect.Seen(standing.Waiting ?? effect.Waiting);
            }
            catch (TaskFailedException failure) when (!failure.FailureDetails.IsNonRetriable && !Retries.IsRefused(failure.FailureDetails))
            {
                effect = effect.Missed();
            }
            catch (TaskFailedException failure)
            {
                return new AwaitedOutcome(Result: null, failure.FailureDetails);
            }

            // Not by the time now: a look from before the end, whose answer comes late, cannot tell what was there at the end.
            if (effect.Until <= looked)
                return await GiveUpAsync(context, effect);
        }

        context.ContinueAsNew(effect);
        return null;
    }

    private static async Task HintOrTimeAsync(TaskOrchestrationContext context, AwaitedEffect effect)
    {
        using var heard = new CancellationTokenSource();
        using var rung = new CancellationTokenSource();
        var hint = context.WaitForExternalEvent<string?>(Hint.EventName, rung.Token);
        var timer = context.CreateTimer(NextLook(context, effect), heard.Token);
        if (await Task.WhenAny(hint, timer) == hint)
            heard.Cancel();
        else
            rung.Cancel();
    }

    private static DateTime NextLook(TaskOrchestrationContext context, AwaitedEffect effect)
    {
        var next = context.CurrentUtcDateTime + effect.Pause(context.NewGuid());
        return effect.Until is { } until && until.UtcDateTime < next ? until.UtcDateTime : next;
    }

    // The effect stays as it is: whoever retries waits on for the same.
    private static async Task<AwaitedOutcome> GiveUpAsync(TaskOrchestrationContext context, AwaitedEffect effect)
    {
        var standing = effect.Misses == 0 ? "which has not ended" : "which could not be read at the end, so it may have ended";
        var message = $"Waited until {effect.Until:u} for {effect.Waiting.WaitsFor}, {standing}. A retry waits on for the same.";
        try
        {
            await context.CallActivityAsync(
                ActionStep.FailName, new FailedAction(effect.Execution, "action.timeout", message, Retryable: false), Retries.Store);
            throw new InvalidOperationException($"{ActionStep.FailName} did not fail.");
        }
        catch (TaskFailedException failure)
        {
            return new AwaitedOutcome(Result: null, failure.FailureDetails);
        }
    }
}
