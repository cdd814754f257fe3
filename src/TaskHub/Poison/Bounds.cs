using Google.Protobuf;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Poison;

/// <summary>How large one message and one history may be; beyond that a single instance would hurt all others.</summary>
internal sealed class Bounds(TaskHubOptions options)
{
    /// <summary>The error type of an instance whose history would exceed its limits.</summary>
    public const string HistoryErrorType = "HistoryTooLarge";

    /// <summary>The error type of an activity's result or an orchestrator's decision that is too large.</summary>
    public const string PayloadErrorType = "PayloadTooLarge";

    /// <summary>Levels of causes and properties. Readers of Protocol Buffers take 100, of the outermost message.</summary>
    private const int DeepestFailure = 50;

    /// <summary>Refuses a client's message that is too large.</summary>
    /// <exception cref="RpcException"><c>ResourceExhausted</c>.</exception>
    public void Check(IMessage message, string what)
    {
        if (message.CalculateSize() is var size && size > options.MaxPayloadBytes)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, TooLarge($"The {what}", size)));
    }

    /// <summary>
    /// The activity's end as it can be stored: a result that is too large fails the activity. Its worker could do nothing
    /// about a refusal but run it again.
    /// </summary>
    public ActivityResponse Fit(ActivityResponse response)
    {
        if (response.FailureDetails is { } failure && Shallow(failure) is var shallow && shallow != failure)
            response = new ActivityResponse(response) { FailureDetails = shallow };
        var size = response.CalculateSize();
        if (size <= options.MaxPayloadBytes)
            return response;

        var what = response.FailureDetails is null ? "The activity's result" : "The activity's failure";
        return new ActivityResponse
        {
            InstanceId = response.InstanceId,
            TaskId = response.TaskId,
            CompletionToken = response.CompletionToken,
            FailureDetails = PoisonFailure.Of(PayloadErrorType, TooLarge(what, size)),
        };
    }

    /// <summary>
    /// The failure as every reader of messages can take it, also within an event, a history and a work item: one whose causes
    /// go deeper is kept without them.
    /// </summary>
    public static TaskFailureDetails Shallow(TaskFailureDetails failure)
    {
        try
        {
            using var input = CodedInputStream.CreateWithLimits(new MemoryStream(failure.ToByteArray()), int.MaxValue, DeepestFailure);
            new TaskFailureDetails().MergeFrom(input);
            return failure;
        }
        catch (InvalidProtocolBufferException)
        {
            return new TaskFailureDetails
            {
                ErrorType = failure.ErrorType,
                ErrorMessage = failure.ErrorMessage,
                StackTrace = failure.StackTrace,
                IsNonRetriable = failure.IsNonRetriable,
            };
        }
    }

    /// <summary>Why the instance cannot go on with this turn; null when it can. One that ends may end.</summary>
    public TaskFailureDetails? Exceeded(Execution before, TurnOutcome outcome, int bytes)
    {
        if (bytes > options.MaxPayloadBytes && Largest(outcome) is var size && size > options.MaxPayloadBytes)
            return PoisonFailure.Of(PayloadErrorType, TooLarge("An input or result of this orchestration", size));
        if (outcome.IsTerminal || outcome.Next is not null)
            return null;

        if (before.History.Count + outcome.Events.Count > options.MaxHistoryEvents)
            return History($"{options.MaxHistoryEvents} events (MaxHistoryEvents)");
        return before.Bytes + bytes > options.MaxHistoryBytes ? History($"{options.MaxHistoryBytes} bytes (MaxHistoryBytes)") : null;
    }

    private static TaskFailureDetails History(string limit) => PoisonFailure.Of(
        HistoryErrorType, $"The history of one execution holds at most {limit}. An orchestration that goes on for long continues as new.");

    /// <summary>Of what the orchestrator wrote; what came to it has been let in already.</summary>
    private static int Largest(TurnOutcome outcome)
    {
        var next = outcome.Next?.Messages ?? [];
        return outcome.Events.Concat(next)
            .Where(e => e.TaskScheduled is not null || e.SubOrchestrationInstanceCreated is not null || e.EventSent is not null
                || e.ExecutionCompleted is not null || next.Contains(e))
            .Select(e => e.CalculateSize())
            .DefaultIfEmpty(0)
            .Max();
    }

    private string TooLarge(string what, int size) =>
        $"{what} has {size} bytes; the task hub takes at most {options.MaxPayloadBytes} (MaxPayloadBytes).";
}
