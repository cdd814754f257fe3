using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

/// <summary>
/// Looks for the ticket of an earlier attempt. JIRA may still be at work on a call that nobody waits for any more, and its index is
/// behind by seconds; so what is not found at once is looked for again until it would be there.
/// </summary>
internal sealed class TicketSearch(TimeProvider clock)
{
    private const int Most = 50;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="NotSearchableException">JIRA does not let the account search there: finding nothing would say nothing.</exception>
    public async Task<TicketHandle?> FindAsync(JiraKey key, string project, JiraClient client, CancellationToken cancellationToken)
    {
        var end = clock.GetUtcNow() + client.Instance.Options.CreateGrace + client.Instance.Options.SearchGrace;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (await FindNowAsync(key, project, client, cancellationToken) is { } found)
                return found;

            var left = end - clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
                return null;

            await Task.Delay(left < pause ? left : pause, clock, cancellationToken);
        }
    }

    private static async Task<TicketHandle?> FindNowAsync(
        JiraKey key, string project, JiraClient client, CancellationToken cancellationToken)
    {
        // With the project: where the account may not see it, JIRA says so, and does not find nothing.
        var query = new JsonObject
        {
            ["jql"] = $"project = \"{project}\" AND labels = \"{key.Label}\" ORDER BY created ASC",
            ["maxResults"] = Most,
            ["fields"] = new JsonArray("status"),
        };
        var path = client.Instance.IsCloud ? "search/jql" : "search";
        var answer = await client.AskAsync(HttpMethod.Post, path, query, cancellationToken);
        if (answer.Status is 400)
            throw new NotSearchableException(client.Refused(HttpMethod.Post, path, answer).Message);
        if (!answer.IsSuccess)
            throw client.Refused(HttpMethod.Post, path, answer);
        if ((answer.Body as JsonObject)?["issues"] is not JsonArray issues)
            throw client.Malformed(HttpMethod.Post, path);

        var found = issues.OfType<JsonObject>().Select(issue => new { Id = issue["id"].AsText(), Key = issue["key"].AsText() }).ToList();
        if (found is [])
            return null;

        // Somebody may have copied the ticket, and its labels with it; the property stays with the first.
        foreach (var issue in found)
            if (issue is { Id: { } id, Key: { } name } && (found.Count is 1 || await HasPropertyAsync(id, key, client, cancellationToken)))
                return new TicketHandle(id, name);
        return found[0] is { Id: { } first, Key: { } firstKey } ? new TicketHandle(first, firstKey) : throw client.Malformed(HttpMethod.Post, path);
    }

    private static async Task<bool> HasPropertyAsync(string id, JiraKey key, JiraClient client, CancellationToken cancellationToken)
    {
        var issue = await client.GetAsync($"issue/{Uri.EscapeDataString(id)}?fields=status&properties={JiraKey.Property}", cancellationToken);
        return ((issue["properties"] as JsonObject)?[JiraKey.Property] as JsonObject)?["key"].AsText() == key.Value;
    }
}

internal sealed class NotSearchableException(string message) : Exception(message);
