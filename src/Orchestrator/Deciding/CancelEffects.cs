using Pao.Activities.Following;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Deciding;

/// <summary>Ends what goes on outside because of a decision, each as far as that can be. What cannot be ended is in the log.</summary>
[DurableTask(Name)]
internal sealed class CancelEffects : TaskOrchestrator<EffectsToCancel, object?>
{
    public const string Name = "CancelEffects";
    public const string CancelName = "CancelAction";

    public override async Task<object?> RunAsync(TaskOrchestrationContext context, EffectsToCancel input)
    {
        foreach (var effect in input.Effects)
        {
            for (var isAsked = false; !isAsked;)
            {
                try
                {
                    await context.CallActivityAsync(CancelName, effect, Retries.Of(retry: null));
                    isAsked = true;
                }
                catch (TaskFailedException failure) when (Retries.IsStoreAway(failure.FailureDetails))
                {
                    await context.CreateTimer(Retries.StorePause, CancellationToken.None);
                }
                catch (TaskFailedException)
                {
                    isAsked = true; // that it failed is in the request's log, for a person
                }
            }
        }

        return null;
    }

    /// <summary>One for each decision.</summary>
    public static string InstanceId(Decision decision) => $"{decision.RequestId}:cancel:{decision.Id:n}";
}

/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
internal sealed record EffectsToCancel(IReadOnlyList<EffectToCancel> Effects)
{
    public static EffectsToCancel Of(Decision decision)
    {
        var what = decision.Kind is DecisionKind.Abort ? "gave the request up" : "corrected the request";
        var reason = $"{decision.By} {what}{(decision.Reason is { } given ? $": {given}" : ".")}";
        return new([.. decision.Effects.Select(effect => new EffectToCancel(effect.Execution, effect.Handle, effect.WaitedFor, reason))]);
    }
}
