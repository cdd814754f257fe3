using System.Text.Json.Nodes;
using Pao.Activities.Jira.Markup;
using Pao.Catalog.Templates.Jira;

namespace Pao.Activities.Jira;

/// <summary>Tells those who work on a ticket what became of the request; each thing once.</summary>
internal static class TicketComments
{
    private const string Property = "pao.comment";
    private const int LatestLookedAt = 50;

    public static async Task AddAsync(JiraClient client, TicketHandle ticket, ActionComment comment, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(client, ticket, comment.Id, cancellationToken))
            return;

        var text = client.Secrets.Mask(comment.Text).Trim();
        var body = client.Instance.IsCloud ? (JsonNode)WikiMarkup.PlainDocument(text) : JsonValue.Create(JiraText.Escaped(text, line: ""));
        await client.DoAsync($"{ticket.Path}/comment", new JsonObject
        {
            ["body"] = body,
            ["properties"] = new JsonArray(new JsonObject { ["key"] = Property, ["value"] = new JsonObject { ["key"] = comment.Id } }),
        }, cancellationToken);
    }

    private static async Task<bool> IsThereAsync(JiraClient client, TicketHandle ticket, string id, CancellationToken cancellationToken)
    {
        var page = await client.GetAsync(
            $"{ticket.Path}/comment?orderBy=-created&maxResults={LatestLookedAt}&expand=properties", cancellationToken);
        return (page["comments"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(comment => (comment["properties"] as JsonArray ?? []).OfType<JsonObject>())
            .Any(property => property["key"]?.ToString() is Property && (property["value"] as JsonObject)?["key"]?.ToString() == id);
    }
}
