using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

/// <summary>Ends work on a ticket that is not wanted any more: says so on it, and moves it where an operator wants such tickets.</summary>
internal sealed class TicketCancellation(JiraClients clients)
{
    /// <exception cref="ActionFailedException">It could not be moved; a person has to close it.</exception>
    public async Task CancelAsync(ActionExecution execution, TicketHandle ticket, string reason, CancellationToken cancellationToken)
    {
        var client = await clients.OpenAsync(ticket, execution, cancellationToken);
        var answer = await client.AskAsync(HttpMethod.Get, $"{ticket.Path}?fields=status,resolution", body: null, cancellationToken);
        if (answer.Status is 404)
            return; // gone is as good as closed

        if (!answer.IsSuccess)
            throw client.Refused(HttpMethod.Get, ticket.Path, answer);
        if (answer.Body is not JsonObject issue || TicketStatus.Read(issue) is not { } status)
            throw client.Malformed(HttpMethod.Get, ticket.Path);
        if (status.Category is "done")
            return;

        var comment = new ActionComment($"{execution.IdempotencyKey}:cancelled", $"This is not needed any more: {reason}");
        await TicketComments.AddAsync(client, ticket, comment, cancellationToken);
        if (client.Instance.Options.CancelStatus is { } target)
            await MoveAsync(client, ticket, target, cancellationToken);
    }

    private static async Task MoveAsync(JiraClient client, TicketHandle ticket, string target, CancellationToken cancellationToken)
    {
        var path = $"{ticket.Path}/transitions";
        var offered = (await client.GetAsync(path, cancellationToken))["transitions"] as JsonArray ?? throw client.Malformed(HttpMethod.Get, path);
        var transitions = offered.OfType<JsonObject>()
            .Select(transition => new { Id = transition["id"]?.ToString(), To = (transition["to"] as JsonObject)?["name"]?.ToString() ?? "" }).ToList();
        if (transitions.Find(one => one.To.Equals(target, StringComparison.OrdinalIgnoreCase)) is not { Id: { } id })
            throw ActionFailure.Rejected(
                $"Ticket {ticket.Key} could not be moved to '{target}': from where it is, JIRA offers only {string.Join(", ", transitions.Select(one => $"'{one.To}'"))}. "
                + $"Close it by hand: {client.Instance.Browse(ticket.Key)}.");

        try
        {
            await client.DoAsync(path, new JsonObject { ["transition"] = new JsonObject { ["id"] = id } }, cancellationToken);
        }
        catch (ActionFailedException refusal) when (!refusal.Retryable)
        {
            throw ActionFailure.Rejected($"{refusal.Message} Close the ticket by hand: {client.Instance.Browse(ticket.Key)}.");
        }
    }
}
