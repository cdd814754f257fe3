using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.Activities.Jira.Markup;

namespace Pao.Activities.Jira;

/// <summary>
/// The custom fields of a ticket: found by name, and their values as JIRA wants them. Which fields a JIRA has is kept for a
/// while, and asked for only where a document names a field or gives a text, which may be an option or a document there.
/// </summary>
internal sealed partial class CustomFields(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, IReadOnlyList<Field> Fields)> _known = new();

    public async Task<IReadOnlyList<KeyValuePair<string, JsonNode?>>> ResolveAsync(
        IReadOnlyList<KeyValuePair<string, JsonNode?>> values, JiraClient client, CancellationToken cancellationToken)
    {
        if (!values.Any(value => !IdPattern().IsMatch(value.Key) || HasText(value.Value)))
            return [.. values.Select(value => KeyValuePair.Create(value.Key, value.Value?.DeepClone()))];

        var fields = await FieldsAsync(client, cancellationToken);
        var resolved = values.Select(value => (Field: Find(fields, value.Key, client.Instance), value.Value)).ToList();
        var twice = resolved.GroupBy(one => one.Field.Id).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? [.. resolved.Select(one => KeyValuePair.Create(one.Field.Id, Shaped(one.Field, one.Value, client.Instance)))]
            : throw ActionFailure.Invalid($"'ticket.customFields' has the field {twice.Key} twice, by its id and its name.");
    }

    private async Task<IReadOnlyList<Field>> FieldsAsync(JiraClient client, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(client.Instance.Name, out var known) && clock.GetUtcNow() < known.Until)
            return known.Fields;

        var fields = (await client.ListAsync("field", cancellationToken)).OfType<JsonObject>().Select(Field.Read).OfType<Field>().ToList();
        _known[client.Instance.Name] = (clock.GetUtcNow() + Kept, fields);
        return fields;
    }

    private static Field Find(IReadOnlyList<Field> fields, string name, JiraInstance instance)
    {
        // JIRA says itself what is wrong with an id that it does not know.
        if (IdPattern().IsMatch(name))
            return fields.FirstOrDefault(field => field.Id == name) ?? new Field(name, name, "", "", "");

        var found = fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw ActionFailure.Invalid($"'ticket.customFields' names '{name}', and JIRA '{instance.Name}' has no custom field of that name."),
            _ => throw ActionFailure.Invalid(
                $"'ticket.customFields' names '{name}', and JIRA '{instance.Name}' has several of that name: write the id of one of them, "
                + $"{string.Join(" or ", found.Select(field => field.Id))}."),
        };
    }

    /// <summary>A text is enough where JIRA wants an option or a document.</summary>
    private static JsonNode? Shaped(Field field, JsonNode? value, JiraInstance instance) => (field, value) switch
    {
        ({ IsRichText: true }, JsonValue) when instance.IsCloud && value.AsText() is { } text => WikiMarkup.PlainDocument(text),
        ({ Type: "option" }, JsonValue) => Option(value),
        ({ Type: "array", Items: "option" }, JsonArray many) => new JsonArray([.. many.Select(one => one is JsonValue ? Option(one) : one?.DeepClone())]),
        ({ Type: "array", Items: "option" }, JsonValue) => new JsonArray(Option(value)),
        _ => value?.DeepClone(),
    };

    private static JsonObject Option(JsonNode value) => new() { ["value"] = value.AsText() ?? value.ToJsonString() };

    private static bool HasText(JsonNode? value) => value is JsonArray many ? many.Any(HasText) : value.AsText() is not null;

    [GeneratedRegex("^customfield_[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex IdPattern();

    private sealed record Field(string Id, string Name, string Type, string Items, string Custom)
    {
        public bool IsRichText => Custom.EndsWith(":textarea", StringComparison.Ordinal);

        /// <returns>Null when it is none that an author adds to a ticket here: JIRA's own fields have keys of their own in a document.</returns>
        public static Field? Read(JsonObject field)
        {
            var schema = field["schema"] as JsonObject;
            return field["id"].AsText() is { } id && IdPattern().IsMatch(id)
                ? new Field(id, field["name"].AsText() ?? id, schema?["type"].AsText() ?? "", schema?["items"].AsText() ?? "", schema?["custom"].AsText() ?? "")
                : null;
        }
    }
}
