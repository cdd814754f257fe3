using Microsoft.Extensions.Logging;
using Pao.Activities;
using Pao.DurableTask;

namespace Pao.Orchestrator.Telling;

/// <summary>Writes a comment on a ticket, once, and notes that in the request's log.</summary>
[DurableTask(Name)]
internal sealed partial class CommentOnTicket(IEnumerable<IActionExecutor> executors, TicketNews news, ILogger<CommentOnTicket> logger)
    : TaskActivity<ToldTicket, object?>
{
    public const string Name = "CommentOnTicket";

    public override async Task<object?> RunAsync(TaskActivityContext context, ToldTicket input)
    {
        var (execution, cancellationToken) = (input.Execution, context.CancellationToken);
        var executor = executors.FirstOrDefault(executor => executor.Type == execution.Type) as ICommentedExecutor
            ?? throw new ActivityFailedException(
                "action.unsupported", $"Nothing can be told where actions of type '{execution.Type}' are worked on.", retryable: false);
        try
        {
            await executor.CommentAsync(execution, input.Handle, input.Comment, cancellationToken);
        }
        catch (ActionFailedException failure)
        {
            Log.Failed(logger, input.Name, execution.RequestId, failure.Message);
            throw;
        }

        CrashPoint.Reach("ticket.after-comment");
        await news.NoteAsync(input, problem: null, cancellationToken);
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Could not comment on {Ticket} of request {Request}: {Reason}")]
        public static partial void Failed(ILogger logger, string ticket, Guid request, string reason);
    }
}
