using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Worker;

/// <summary>Reports ends of work to the hub, again and again while it cannot be reached, and gives work back.</summary>
/// <param name="hub">The hub.</param>
/// <param name="time">For the waits.</param>
/// <param name="messageLimit">Bytes that a hub is expected to take: one that has exhausted its resources on less may only be busy.</param>
/// <param name="logger">For what could not be reported.</param>
internal sealed partial class Completions(ITaskHub hub, TimeProvider time, int messageLimit, ILogger logger)
{
    private const int MaxTries = 10;

    /// <summary>The least that our own hub can be told to take in one message.</summary>
    private const int AlwaysTaken = 64 * 1024;

    /// <summary>Reports a turn. False when the hub does not want it any more: the turn was given to another.</summary>
    public Task<bool> CompleteAsync(OrchestratorResponse response, CancellationToken cancellationToken) =>
        CompleteAsync(
            static (hub, response, cancellationToken) => hub.CompleteOrchestratorTaskAsync(response, cancellationToken),
            response, response.InstanceId, cancellationToken);

    /// <summary>
    /// Reports an activity's end; as a failure when the hub takes no message that large: given back it would run again, with
    /// the same result. False when the hub does not want it any more.
    /// </summary>
    public async Task<bool> CompleteAsync(ActivityResponse response, CancellationToken cancellationToken)
    {
        try
        {
            return await CompleteOnceAsync(response, cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.ResourceExhausted && response.CalculateSize() > AlwaysTaken)
        {
            var failure = TooLarge(response);
            Log.TooLarge(logger, response.TaskId, response.InstanceId, failure.FailureDetails.ErrorMessage);
            return await CompleteOnceAsync(failure, cancellationToken);
        }
    }

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

    private Task<bool> CompleteOnceAsync(ActivityResponse response, CancellationToken cancellationToken) =>
        CompleteAsync(
            static (hub, response, cancellationToken) => hub.CompleteActivityTaskAsync(response, cancellationToken),
            response, response.InstanceId, cancellationToken);

    private async Task<bool> CompleteAsync<T>(
        Func<ITaskHub, T, CancellationToken, Task> complete, T response, string instanceId, CancellationToken cancellationToken)
        where T : IMessage
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
            catch (RpcException e) when (IsTransient(e.StatusCode, response) && tries < MaxTries)
            {
                Log.CompletingAgain(logger, instanceId, e.StatusCode, tries);
            }

            await Task.Delay(Backoff.BeforeCompletingAgain(tries), time, cancellationToken);
        }
    }

    private bool IsTransient(StatusCode status, IMessage response) =>
        status is StatusCode.Unavailable or StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Internal
        || (status is StatusCode.ResourceExhausted && !IsTooLarge(status, response));

    private bool IsTooLarge(StatusCode status, IMessage response) =>
        status is StatusCode.ResourceExhausted && response.CalculateSize() > messageLimit;

    private static ActivityResponse TooLarge(ActivityResponse response)
    {
        var what = response.FailureDetails is null ? "result" : "failure";
        var failure = new TaskFailureDetails(
            "PayloadTooLarge",
            $"The activity's {what} has {response.CalculateSize():N0} bytes, which the hub does not take in one message. Store large data elsewhere and pass a reference to it.",
            null,
            null)
        { IsNonRetriable = true };
        return new ActivityResponse
        {
            InstanceId = response.InstanceId,
            TaskId = response.TaskId,
            CompletionToken = response.CompletionToken,
            FailureDetails = failure.ToWire(),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "The hub did not take a result for instance {InstanceId} (try {Tries}): the work was given to another worker, or an earlier try was taken. The result is dropped.")]
        public static partial void Dropped(ILogger logger, string instanceId, int tries);

        [LoggerMessage(2, LogLevel.Warning, "Reporting a result for instance {InstanceId} failed with {Status} (try {Tries}); trying again.")]
        public static partial void CompletingAgain(ILogger logger, string instanceId, StatusCode status, int tries);

        [LoggerMessage(3, LogLevel.Warning, "A work item could not be given back; the hub gives it to another worker when its lease ends.")]
        public static partial void NotAbandoned(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Error, "Activity #{TaskId} of instance {InstanceId} is reported as failed: {Reason}")]
        public static partial void TooLarge(ILogger logger, int taskId, string instanceId, string reason);
    }
}
