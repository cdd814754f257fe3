using Pao.DurableTask;

namespace Pao.Orchestrator.Telling;

/// <summary>Notes in the request's log that a ticket could not be told, and why.</summary>
[DurableTask(Name)]
internal sealed class FailComment(TicketNews news) : TaskActivity<FailedComment, object?>
{
    public const string Name = "FailComment";

    public override async Task<object?> RunAsync(TaskActivityContext context, FailedComment input)
    {
        await news.NoteAsync(input.Ticket, input.Problem, context.CancellationToken);
        return null;
    }
}

internal sealed record FailedComment(ToldTicket Ticket, string Problem);
