using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Worker;

/// <summary>Reports ends of work to the hub, again and again while it cannot be reached, and gives work back.</summary>
internal sealed partial class Completions(ITaskHub hub, TimeProvider time, ILogger logger)
{
    private const int MaxTries = 10;

    /// <summary>Reports a turn. False when the hub does not want it any more: the turn was given to another.</summary>
    public Task<bool> CompleteAsync(OrchestratorResponse response, CancellationToken cancellationToken) =>
        CompleteAsync(
            static (hub, response, cancellationToken) => hub.CompleteOrchestratorTaskAsync(response, cancellationToken),
            response, response.InstanceId, cancellationToken);

    /// <summary>Reports an activity's end. False when the hub does not want it any more.</summary>
    public Task<bool> CompleteAsync(ActivityResponse response, CancellationToken cancellationToken) =>
        CompleteAsync(
            static (hub, response, cancellationToken) => hub.CompleteActivityTaskAsync(response, cancellationToken),
            response, response.InstanceId, cancellationToken);

    /// <summary>Gives a work item back at once; if that fails too, the hub finds out by itself.</summary>
    public async Task AbandonAsync(WorkItem item, CancellationToken cancellationToken)
    {
        try
        {
            await (item.RequestCase switch
            {
                WorkItem.RequestOneofCase.OrchestratorRequest =>
                    hub.AbandonOrchestratorTaskAsync(new() { CompletionToken = item.CompletionToken }, cancellationToken),
                WorkItem.RequestOneofCase.ActivityRequest =>
                    hub.AbandonActivityTaskAsync(new() { CompletionToken = item.CompletionToken }, cancellationToken),
                _ => Task.CompletedTask,
            });
        }
        catch (RpcException e)
        {
            Log.NotAbandoned(logger, e);
        }
    }

    private async Task<bool> CompleteAsync<T>(
        Func<ITaskHub, T, CancellationToken, Task> complete, T response, string instanceId, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await complete(hub, response, cancellationToken);
                return true;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.NotFound)
            {
                Log.Dropped(logger, instanceId, tries);
                return false;
            }
            catch (RpcException e) when (IsTransient(e.StatusCode) && tries < MaxTries)
            {
                Log.CompletingAgain(logger, instanceId, e.StatusCode, tries);
            }

            await Task.Delay(Backoff.BeforeCompletingAgain(tries), time, cancellationToken);
        }
    }

    private static bool IsTransient(StatusCode status) =>
        status is StatusCode.Unavailable or StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Internal;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "The hub did not take a result for instance {InstanceId} (try {Tries}): the work was given to another worker, or an earlier try was taken. The result is dropped.")]
        public static partial void Dropped(ILogger logger, string instanceId, int tries);

        [LoggerMessage(2, LogLevel.Warning, "Reporting a result for instance {InstanceId} failed with {Status} (try {Tries}); trying again.")]
        public static partial void CompletingAgain(ILogger logger, string instanceId, StatusCode status, int tries);

        [LoggerMessage(3, LogLevel.Warning, "A work item could not be given back; the hub gives it to another worker when its lease ends.")]
        public static partial void NotAbandoned(ILogger logger, Exception exception);
    }
}
