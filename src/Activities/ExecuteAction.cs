using Microsoft.Extensions.Logging;
using Pao.Activities.Resilience;
using Pao.DurableTask;

namespace Pao.Activities;

/// <summary>
/// One attempt at an action: notes the intent, calls the other system, notes the receipt. An attempt that finds a receipt
/// makes no call; one that finds an intent without one asks first what became of it.
/// </summary>
public sealed partial class ExecuteAction(
    IActionJournal journal, IEnumerable<IActionExecutor> executors, ExternalSystems systems, ILogger<ExecuteAction> logger)
    : TaskActivity<ActionExecution, ActionStanding>
{
    public override async Task<ActionStanding> RunAsync(TaskActivityContext context, ActionExecution input)
    {
        var cancellationToken = context.CancellationToken;
        using var scope = ActionScope.Begin(logger, input);

        CrashPoint.Reach("action.before-intent");
        switch (await AskToParkAsync(input, cancellationToken) ?? await journal.BeginAsync(input, cancellationToken))
        {
            case ActionIntent.Done done:
                Log.ReceiptFound(logger, input.Path, input.RequestId);
                return new ActionStanding(done.Receipt, Waiting: null);
            case ActionIntent.Waiting waiting:
                Log.ReceiptFound(logger, input.Path, input.RequestId);
                return new ActionStanding(Result: null, waiting.Progress);
            case ActionIntent.Unsure unsure:
                return await ProbeAsync(input with { BegunAt = unsure.Since }, cancellationToken);
            default:
                return ActionStanding.Of(await StartAsync(input, mayRepeat: false, cancellationToken));
        }
    }

    /// <returns>What is known already, so that no system is needed; null when the attempt may begin.</returns>
    /// <exception cref="ActionFailedException">The system that the action needs is away: it waits, before anything is noted of an attempt.</exception>
    private async Task<ActionIntent?> AskToParkAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        var system = executors.FirstOrDefault(executor => executor.Type == execution.Type)?.Needs(execution.Config).System;
        if (system is null || systems.Enter(system, execution.IdempotencyKey) is not Admission.Parked parked)
            return null;

        var known = await journal.FindAsync(execution, cancellationToken);
        if (known is ActionIntent.Done or ActionIntent.Waiting)
            return known;

        await journal.ParkAsync(execution, new ParkedAction(parked.System, parked.Since, parked.Describe(), ParkedIntent.None), cancellationToken);
        Log.Parked(logger, execution.Path, execution.RequestId, parked.System);
        throw ActionFailure.SystemUnavailable(parked);
    }

    private async Task<ActionStanding> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("action.before-probe");
        // It changes nothing, whatever becomes of it.
        var verdict = await TryAsync(
            execution, executor => executor.ProbeAsync(execution, cancellationToken), _ => ActionEffect.Unknown, cancellationToken);
        await journal.ProbedAsync(execution, verdict, cancellationToken);
        CrashPoint.Reach("action.after-probe");

        switch (verdict)
        {
            case ProbeVerdict.Happened happened:
                await ReceiveAsync(execution, happened.Progress, cancellationToken);
                return ActionStanding.Of(happened.Progress) with { Probe = "The effect of an earlier attempt was found and adopted." };
            case ProbeVerdict.DidNotHappen:
                return ActionStanding.Of(await StartAsync(execution, mayRepeat: false, cancellationToken)) with
                {
                    Probe = "An earlier attempt had no effect.",
                };
            case ProbeVerdict.Repeatable repeatable:
                return ActionStanding.Of(await StartAsync(execution, mayRepeat: true, cancellationToken)) with
                {
                    Probe = $"An earlier attempt may have had its effect; it was repeated: {repeatable.Why}",
                };
            case ProbeVerdict.Unknown unknown:
                return await TryAsync<ActionStanding>(
                    execution,
                    _ => throw ActionFailure.OutcomeUnknown(
                        $"Whether an earlier attempt had its effect cannot be found out; a person has to look. {unknown.Why}"),
                    _ => ActionEffect.Unknown,
                    cancellationToken);
            default:
                throw new InvalidOperationException($"No such verdict: {verdict}.");
        }
    }

    /// <param name="execution">The action.</param>
    /// <param name="mayRepeat">An earlier attempt may have made the effect: what this one finds says nothing about that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<ActionProgress> StartAsync(ActionExecution execution, bool mayRepeat, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("action.after-intent");
        var progress = await TryAsync(
            execution,
            async executor =>
            {
                CrashPoint.Reach("action.before-call");
                var progress = await executor.StartAsync(execution, cancellationToken);
                CrashPoint.Reach("action.after-call");
                return progress;
            },
            effect => mayRepeat && effect is ActionEffect.None ? ActionEffect.Unknown : effect,
            cancellationToken);
        await ReceiveAsync(execution, progress, cancellationToken);
        return progress;
    }

    private async Task ReceiveAsync(ActionExecution execution, ActionProgress progress, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("action.before-receipt");
        if (progress is ActionProgress.Done done)
        {
            await journal.CompleteAsync(execution, done.Result, cancellationToken);
            Log.Done(logger, execution.Path, execution.RequestId);
        }
        else if (progress is ActionProgress.Waiting waiting)
        {
            await journal.WaitAsync(execution, waiting, cancellationToken);
            Log.Waits(logger, execution.Path, execution.RequestId, waiting.WaitsFor);
        }

        CrashPoint.Reach("action.after-receipt");
    }

    private async Task<T> TryAsync<T>(
        ActionExecution execution, Func<IActionExecutor, Task<T>> call, Func<ActionEffect, ActionEffect> judge,
        CancellationToken cancellationToken)
    {
        try
        {
            var executor = executors.FirstOrDefault(executor => executor.Type == execution.Type)
                ?? throw ActionFailure.Unsupported($"Actions of type '{execution.Type}' are not supported by this version.");
            return await call(executor);
        }
        catch (ActionFailedException unavailable) when (unavailable.Code == FailureProperties.SystemUnavailable)
        {
            var intent = judge(unavailable.Effect) is ActionEffect.None ? ParkedIntent.Settled : ParkedIntent.Open;
            var (system, since) = FailureProperties.ParkedAt(unavailable);
            await journal.ParkAsync(execution, new ParkedAction(system, since, unavailable.Message, intent), cancellationToken);
            Log.Parked(logger, execution.Path, execution.RequestId, system);
            throw;
        }
        catch (ActivityFailedException failure)
        {
            var effect = judge((failure as ActionFailedException)?.Effect ?? ActionEffect.Unknown);
            var setback = new ActionSetback(failure.Code, failure.Message, failure.Retryable, effect);
            await journal.FailAsync(execution, setback, cancellationToken);
            Log.Failed(logger, execution.Path, execution.RequestId, failure.Code, failure.Message);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Action {Action} of request {Request} is done.")]
        public static partial void Done(ILogger logger, string action, Guid request);

        [LoggerMessage(2, LogLevel.Information, "Action {Action} of request {Request} was done or begun before; nothing is called.")]
        public static partial void ReceiptFound(ILogger logger, string action, Guid request);

        [LoggerMessage(3, LogLevel.Warning, "Action {Action} of request {Request} failed with {Code}: {Reason}")]
        public static partial void Failed(ILogger logger, string action, Guid request, string code, string reason);

        [LoggerMessage(4, LogLevel.Information, "Action {Action} of request {Request} waits for {What}.")]
        public static partial void Waits(ILogger logger, string action, Guid request, string what);

        [LoggerMessage(5, LogLevel.Information, "Action {Action} of request {Request} waits for {System}, which is unavailable.")]
        public static partial void Parked(ILogger logger, string action, Guid request, string system);
    }
}
