using System.Text.Json.Nodes;
using Pao.Activities.Jira.Markup;
using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>What a new ticket is made of, as the version of JIRA's API wants it.</summary>
internal sealed class TicketFields(JiraInstance instance, ActionConfig config, CustomFields custom)
{
    private const string DefaultType = "Task";

    public string Project => config.Text("ticket.project");

    /// <summary>The body of the call that creates it.</summary>
    public async Task<JsonObject> CreateAsync(JiraKey key, string correlationId, JiraClient client, CancellationToken cancellationToken)
    {
        var fields = new JsonObject
        {
            ["project"] = new JsonObject { ["key"] = Project },
            ["issuetype"] = Named(config.FindText("ticket.issueType") ?? DefaultType),
            ["summary"] = config.Text("ticket.summaryTemplate"),
            ["labels"] = new JsonArray([.. Texts("ticket.labels").Append(key.Label).Distinct().Select(label => JsonValue.Create(label))]),
        };
        if (config.FindText("ticket.descriptionTemplate") is { } description && !string.IsNullOrWhiteSpace(description))
            fields["description"] = instance.IsCloud ? WikiMarkup.ToDocument(description) : description;
        if (config.FindText("ticket.priority") is { } priority)
            fields["priority"] = Named(priority);
        if (Texts("ticket.components") is { Count: > 0 } components)
            fields["components"] = new JsonArray([.. components.Select(Named)]);
        AddEpic(fields);
        foreach (var (id, value) in await custom.ResolveAsync(CustomValues(), client, cancellationToken))
            fields[id] = value;
        return new JsonObject { ["fields"] = fields, ["properties"] = new JsonArray(key.ToProperty(correlationId)) };
    }

    private void AddEpic(JsonObject fields)
    {
        if (config.FindText("ticket.epicKey") is not { } epic)
            return;

        if (instance.IsCloud)
            fields["parent"] = new JsonObject { ["key"] = epic };
        else
            fields[instance.Options.EpicLinkField ?? throw ActionFailure.Invalid(
                $"'ticket.epicKey' is set, and JIRA '{instance.Name}' has a custom field for the epic. An operator names it in "
                + $"{JiraOptions.Section}:Instances:{instance.Name}:EpicLinkField.")] = epic;
    }

    private List<KeyValuePair<string, JsonNode?>> CustomValues()
    {
        var values = config.Members("ticket.customFields").ToList();
        return values.Exists(value => HasSecret(value.Value))
            ? throw ActionFailure.Invalid("A secret does not belong in 'ticket.customFields': people read tickets.")
            : values;
    }

    private static bool HasSecret(JsonNode? node) => SecretScope.IsReference(node) || node switch
    {
        JsonObject members => members.Any(member => HasSecret(member.Value)),
        JsonArray items => items.Any(HasSecret),
        _ => false,
    };

    private List<string> Texts(string path) => config.Find(path) switch
    {
        null => [],
        JsonArray items => [.. items.Select(item => config.Secrets.Text(item, path))],
        _ => throw ActionFailure.Invalid($"'{path}' must be a list of texts."),
    };

    private static JsonObject Named(string name) => new() { ["name"] = name };
}
