using System.Text.Json;

namespace Pao.Activities.GitHub;

/// <summary>
/// Which of GitHub's events actions wait for. Whoever knows the webhook's secret is believed that something happened, and nothing
/// more: how it stands is read from GitHub.
/// </summary>
public static class GitHubEvents
{
    private const int LongestName = 200;

    /// <summary>What an event is about, as those who wait for it have it; nothing when nobody would.</summary>
    public static IReadOnlyList<string> KeysOf(string @event, JsonElement body)
    {
        if (Text(body, "repository", "full_name") is not { Length: <= LongestName } repository || GitHubRepository.Parse(repository) is null)
            return [];

        return (@event, Text(body, "action")) switch
        {
            // Of other events, such as a push, PAO has started no run.
            ("workflow_run", "completed" or "requested") when Text(body, "workflow_run", "event") is "workflow_dispatch"
                && Number(body, "workflow_run", "id") is { } run => [GitHubHints.Run(repository, run)],
            ("pull_request", "closed" or "reopened") when Number(body, "pull_request", "number") is { } pull => [GitHubHints.Pull(repository, pull)],
            _ => [],
        };
    }

    private static string? Text(JsonElement body, params ReadOnlySpan<string> path) =>
        Find(body, path) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    private static long? Number(JsonElement body, params ReadOnlySpan<string> path) =>
        Find(body, path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) && number > 0 ? number : null;

    private static JsonElement? Find(JsonElement element, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        }

        return element;
    }
}
