using System.Text.Json.Nodes;
using Pao.Activities.Secrets;
using Pao.Catalog.Documents;

namespace Pao.Activities;

/// <summary>A prepared action's configuration, read by dotted path; secrets are resolved as they are read.</summary>
internal sealed class ActionConfig(JsonObject config, SecretScope secrets)
{
    public SecretScope Secrets => secrets;

    /// <summary>The same for another request: <see cref="SecretScope.Apart"/>.</summary>
    public ActionConfig Apart() => new(config, secrets.Apart());

    public JsonNode? Find(string path)
    {
        JsonNode? node = config;
        foreach (var name in path.Split('.'))
            node = (node as JsonObject)?[name];
        return node;
    }

    public string? FindText(string path, Func<string, string>? encodeSecret = null) =>
        Find(path) is { } node ? secrets.Text(node, path, encodeSecret) : null;

    public string Text(string path, Func<string, string>? encodeSecret = null) =>
        FindText(path, encodeSecret) ?? throw ActionFailure.Invalid($"'{path}' is missing.");

    /// <summary>A duration such as <c>90s</c>, <c>5m</c> or <c>500ms</c>; null when it is absent.</summary>
    public TimeSpan? FindDuration(string path, TimeSpan least, TimeSpan most)
    {
        if (FindText(path) is not { } text)
            return null;

        return DurationText.TryParse(text, out var duration) && duration >= least && duration <= most
            ? duration
            : throw ActionFailure.Invalid($"'{path}' must be a duration from {least.TotalSeconds:0} s to {most.TotalDays:0} d, such as 30s or 5m.");
    }

    /// <summary>The members of an object, in their order; none when it is absent.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Members(string path) => Find(path) switch
    {
        null => [],
        JsonObject members when !SecretScope.IsReference(members) => members,
        _ => throw ActionFailure.Invalid($"'{path}' must be a list of names with values."),
    };
}
