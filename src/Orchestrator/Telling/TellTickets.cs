using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.DurableTask;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Telling;

/// <summary>Writes a piece of news about a request on each of its tickets, as far as that can be.</summary>
[DurableTask(Name)]
internal sealed class TellTickets : TaskOrchestrator<News, object?>
{
    public const string Name = "TellTickets";

    /// <summary>How often a system that is away is waited for: about as many minutes. Later the news is none.</summary>
    private const int MostPauses = 100;

    public override async Task<object?> RunAsync(TaskOrchestrationContext context, News input)
    {
        foreach (var ticket in input.Tickets)
        {
            try
            {
                await TellAsync(context, ticket);
            }
            catch (TaskFailedException failure)
            {
                await context.CallActivityAsync(
                    FailComment.Name, new FailedComment(ticket, failure.FailureDetails.ErrorMessage), Retries.Store);
            }
        }

        return null;
    }

    /// <summary>One for each piece of news.</summary>
    public static string InstanceId(Guid requestId, string what) => $"{requestId}:news:{what}";

    private static async Task TellAsync(TaskOrchestrationContext context, ToldTicket ticket)
    {
        try
        {
            await context.CallActivityAsync(CommentOnTicket.Name, ticket, Retries.Of(retry: null, MostPauses));
        }
        catch (TaskFailedException failure) when (Retries.IsStoreAway(failure.FailureDetails))
        {
            await context.CallActivityAsync(CommentOnTicket.Name, ticket, Retries.Store);
        }
    }
}

/// <remarks>It is kept in histories, so its JSON form outlives this version of the code.</remarks>
internal sealed record News(IReadOnlyList<ToldTicket> Tickets);

/// <summary>A ticket, and what is to be said on it.</summary>
/// <param name="Execution">The action that made it.</param>
/// <param name="Handle">Where its executor finds it.</param>
/// <param name="Name">For people.</param>
/// <param name="Comment">What is said.</param>
internal sealed record ToldTicket(ActionExecution Execution, JsonObject Handle, string Name, ActionComment Comment);
