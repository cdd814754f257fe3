using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Pao.Activities.Expressions;

namespace Pao.Activities.Jira;

/// <summary>Reads how a ticket stands, until whoever works on it has resolved it.</summary>
internal sealed partial class TicketFollowing(JiraClients clients, ResponseExpressions expressions, ILogger<TicketFollowing> logger)
{
    private const string StatusOnly = "fields=status,resolution";
    private const string AllFields = "fields=*all,-comment,-attachment,-worklog,-issuelinks,-subtasks&expand=names";

    /// <exception cref="ActionFailedException">
    /// It cannot be read now; or it is gone, was turned down, or lacks outputs. Only in the first case of those it may be read again.
    /// </exception>
    public async Task<ActionProgress> FollowAsync(ActionExecution execution, TicketHandle ticket, CancellationToken cancellationToken)
    {
        try
        {
            var client = await clients.OpenAsync(ticket, execution, cancellationToken);
            await LinkAsync(client, ticket, cancellationToken);
            return await LookAsync(execution, client, ticket with { ToLink = [] }, cancellationToken);
        }
        catch (ActionFailedException failure) when (failure.Effect is ActionEffect.None)
        {
            // Nothing was made now, but the ticket is there.
            throw failure.With(ActionEffect.Unknown);
        }
    }

    private async Task<ActionProgress> LookAsync(
        ActionExecution execution, JiraClient client, TicketHandle ticket, CancellationToken cancellationToken)
    {
        var config = new ActionConfig(execution.Config, client.Secrets);
        var outputs = TicketOutputs.Of(execution, expressions);
        var path = $"{ticket.Path}?{(outputs.NeedFields ? AllFields : StatusOnly)}";
        var issue = await ReadAsync(client, ticket, path, cancellationToken);
        if (TicketStatus.Read(issue) is not { } status)
            throw client.Malformed(HttpMethod.Get, path);

        var moved = ticket with { Key = issue["key"]?.ToString() ?? ticket.Key };
        var outcome = status.Judge(StatusMapping.Of(config), client.Instance.Options);
        if (outcome is TicketOutcome.Failed)
            throw ActionFailure.Unsuccessful(
                $"Ticket {moved.Key} was not fulfilled: it is {status}. See {client.Instance.Browse(moved.Key)}. Retry makes a new ticket.");

        return outcome is TicketOutcome.Completed || !WaitsForResolution(config)
            ? new ActionProgress.Done(outputs.Read(client.Instance, moved, issue, status, client.Secrets))
            : TicketProgress.Waiting(client.Instance, moved, status);
    }

    private static async Task<JsonObject> ReadAsync(JiraClient client, TicketHandle ticket, string path, CancellationToken cancellationToken)
    {
        var answer = await client.AskAsync(HttpMethod.Get, path, body: null, cancellationToken);
        if (answer.IsSuccess)
            return answer.Body as JsonObject ?? throw client.Malformed(HttpMethod.Get, path);

        var refusal = client.Refused(HttpMethod.Get, path, answer);
        throw answer.Status switch
        {
            404 => ActionFailure.Unsuccessful(
                $"Ticket {ticket.Key} is gone: it was deleted, or moved to where the account of JIRA '{client.Instance.Name}' may not look. Retry makes a new ticket."),
            // An operator mends the token; until then nothing is known, and nothing is lost.
            401 or 403 => refusal.With(ActionEffect.Unknown, retryable: true),
            _ => refusal,
        };
    }

    /// <summary>A ticket that cannot be linked is one even so.</summary>
    private async Task LinkAsync(JiraClient client, TicketHandle ticket, CancellationToken cancellationToken)
    {
        foreach (var blocker in ticket.ToLink)
        {
            try
            {
                await client.DoAsync("issueLink", Link(client.Instance.Options.LinkType, blocker, ticket.Key), cancellationToken);
            }
            catch (ActionFailedException refusal) when (!refusal.Retryable)
            {
                Log.NotLinked(logger, ticket.Key, blocker, refusal.Message);
            }
        }
    }

    // JIRA shows the inward issue on the outward one's page as what it is blocked by. A link that is there is not made twice.
    private static JsonObject Link(string type, string blocker, string blocked) => new()
    {
        ["type"] = new JsonObject { ["name"] = type },
        ["inwardIssue"] = new JsonObject { ["key"] = blocker },
        ["outwardIssue"] = new JsonObject { ["key"] = blocked },
    };

    /// <summary>Whether the action is done only when the ticket is.</summary>
    public static bool WaitsForResolution(ActionConfig config) => config.Find("waitForResolution") switch
    {
        JsonValue value when value.GetValueKind() is JsonValueKind.False => false,
        null => true,
        JsonValue value when value.GetValueKind() is JsonValueKind.True => true,
        _ => throw ActionFailure.Invalid("'waitForResolution' must be true or false."),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Ticket {Key} was not linked as blocked by {Blocker}: {Reason}")]
        public static partial void NotLinked(ILogger logger, string key, string blocker, string reason);
    }
}
