using System.Text.Json.Nodes;
using Pao.Catalog.Documents.Configs;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>What an action hands on, as far as its document tells.</summary>
internal static class OutputRules
{
    public static void Check(string type, YamlNode? outputs, FindingList findings)
    {
        switch (type, outputs)
        {
            case (_, null):
                break;
            case (ActionTypes.RestApi or ActionTypes.Custom or ActionTypes.JiraTicket, YamlMapping named):
                CheckExpressions(named, findings);
                break;
            case (ActionTypes.RestApi or ActionTypes.Custom or ActionTypes.JiraTicket, _):
                findings.Error(
                    "schema.type", outputs.Place, $"'outputs' must map names to JMESPath expressions; it is {outputs.Kind}.");
                break;
            case (ActionTypes.Terraform, YamlSequence list):
                CheckNames(list, findings);
                break;
            case (ActionTypes.Terraform, _):
                findings.Error("schema.type", outputs.Place, $"'outputs' must be a list of names; it is {outputs.Kind}.");
                break;
            default:
                findings.Error("action.outputs", outputs.Place, $"The outputs of '{type}' are fixed: {string.Join(", ", Fixed(type))}.");
                break;
        }
    }

    /// <summary>What a ticket says is known when somebody has resolved it.</summary>
    public static void CheckTicket(JsonObject config, YamlNode? outputs, FindingList findings)
    {
        if (outputs is not null && !JiraTicketConfig.Waits(config))
        {
            findings.Error(
                "jira.outputs", outputs.Place, "The outputs of a ticket are read when it is resolved, and the action does not wait for that.",
                "set 'waitForResolution: true' in its config");
        }
    }

    /// <summary>The names that templates may read as <c>output.{action}.{name}</c>.</summary>
    public static IReadOnlyList<string> Names(ActionDefinition action) => (action.Type, action.Outputs) switch
    {
        (ActionTypes.RestApi or ActionTypes.Custom or ActionTypes.JiraTicket, JsonObject named) => [.. Fixed(action.Type), .. named.Select(one => one.Key)],
        (ActionTypes.Terraform, JsonArray list) =>
            [.. list.OfType<JsonObject>().Select(item => Values.Text(item["name"])).OfType<string>()],
        var (type, _) => Fixed(type),
    };

    /// <summary>What templates may read of the action; anything where its type or its outputs are wrong.</summary>
    public static Shape ShapeOf(WrittenAction action)
    {
        var isRead = (action.Definition.Type, action.Definition.Outputs) switch
        {
            ("", _) => false,
            (ActionTypes.Terraform, JsonArray list) => list.All(item => Values.Text((item as JsonObject)?["name"]) is not null),
            (ActionTypes.RestApi or ActionTypes.Custom or ActionTypes.JiraTicket, JsonObject) => true,
            (_, null) => action.Source.Find("outputs") is null,
            _ => false,
        };
        return isRead ? Shape.Of(Names(action.Definition)) : Shape.Unknown;
    }

    private static IReadOnlyList<string> Fixed(string type) => type switch
    {
        ActionTypes.RestApi => ["status", "body"],
        ActionTypes.Webhook => ["status"],
        ActionTypes.Custom => ["result"],
        ActionTypes.JiraTicket => ["key", "id", "url", "status"],
        ActionTypes.GitHubWorkflow => ["runId", "url", "conclusion"],
        _ => [],
    };

    private static void CheckNames(YamlSequence list, FindingList findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (item is not YamlMapping mapping)
            {
                findings.Error("schema.type", item.Place, $"An output must be a mapping, not {item.Kind}.", "write { name: … }");
                continue;
            }

            var output = new MappingReader(mapping, "An output", findings);
            var name = output.RequiredText("name");
            output.Done();
            if (name is not null && !Spelling.IsHclName(name))
            {
                findings.Error("id.name", output.PlaceOf("name"), $"'{name}' is no name of a Terraform output.");
            }
            else if (name is not null && !names.Add(name))
            {
                findings.Error("id.duplicate", output.PlaceOf("name"), $"The output '{name}' is there twice.");
            }
        }
    }

    private static void CheckExpressions(YamlMapping named, FindingList findings)
    {
        foreach (var entry in named.Entries)
        {
            if (!Spelling.IsName(entry.Key))
            {
                findings.Error("id.name", entry.KeyPlace, $"The output's name '{entry.Key}' must be kebab- or camelCase.");
            }

            if (entry.Value is not YamlScalar { Value: string expression })
            {
                findings.Error(
                    "schema.type", entry.Value.Place, $"The output '{entry.Key}' must be a JMESPath expression, not {entry.Value.Kind}.");
            }
            else
            {
                JmesPathText.Check(expression, entry.Value.Place, findings);
            }
        }
    }
}
