using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

/// <summary>What a document says that statuses mean.</summary>
internal static class StatusMapping
{
    public static IReadOnlyDictionary<string, string> Of(ActionConfig config)
    {
        var mapping = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (status, outcome) in config.Members("statusMapping"))
            mapping[status] = outcome.AsText() is { } known and ("completed" or "failed")
                ? known
                : throw ActionFailure.Invalid($"'statusMapping.{status}' must be completed or failed.");
        return mapping;
    }

    /// <summary>Finds out before there is a ticket whether the project has the statuses: a misspelt one would never come.</summary>
    /// <exception cref="ActionFailedException">It has not.</exception>
    public static async Task CheckAsync(
        IReadOnlyDictionary<string, string> mapping, string project, JiraClient client, CancellationToken cancellationToken)
    {
        if (mapping.Count is 0)
            return;

        var types = await client.ListAsync($"project/{Uri.EscapeDataString(project)}/statuses", cancellationToken);
        var known = types.OfType<JsonObject>()
            .SelectMany(type => (type["statuses"] as JsonArray ?? []).OfType<JsonObject>())
            .Select(status => status["name"].AsText()).OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (mapping.Keys.FirstOrDefault(status => !known.Contains(status, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw ActionFailure.Invalid(
                $"'statusMapping' names the status '{unknown}', which tickets of {project} never have; there are: {string.Join(", ", known)}. No ticket was made.");
    }
}
