using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>A ticket.</summary>
internal sealed class JiraIssue(string id, string key, JiraProject project, JsonObject fields, DateTimeOffset created)
{
    public string Id => id;

    public string Key => key;

    public JiraProject Project => project;

    /// <summary>As they were sent.</summary>
    public JsonObject Fields => fields;

    public JiraStatus Status { get; set; } = JiraStatus.Initial;

    public string? Resolution { get; set; }

    public DateTimeOffset Created => created;

    public Dictionary<string, JsonNode?> Properties { get; } = [];

    public List<JiraComment> Comments { get; } = [];

    public List<JiraLink> Links { get; } = [];

    /// <summary>So many searches do not find it yet: the index of a real JIRA is behind, too.</summary>
    public int HiddenFromSearches { get; set; }

    public IReadOnlyList<string> Labels => [.. (fields["labels"] as JsonArray ?? []).Select(label => (string?)label ?? "")];

    /// <summary>As the API at that address shows it: with the fields that are wanted, <c>*all</c> of them, or without those after a hyphen.</summary>
    public JsonObject ToJson(string api, IReadOnlyList<string> wanted, IReadOnlyList<string> properties)
    {
        var all = AllFields(api);
        var whole = wanted.Count == 0 || wanted.Contains("*all") || wanted.Contains("*navigable");
        var shown = all.Where(field => (whole || wanted.Contains(field.Key)) && !wanted.Contains($"-{field.Key}")).ToList();
        var issue = new JsonObject
        {
            ["expand"] = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
            ["id"] = id,
            ["self"] = $"{api}/issue/{id}",
            ["key"] = key,
            ["fields"] = new JsonObject(shown.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))),
        };
        if (properties.Count > 0)
            issue["properties"] = new JsonObject(Properties
                .Where(property => properties.Contains("*all") || properties.Contains(property.Key))
                .Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone())));
        return issue;
    }

    private Dictionary<string, JsonNode?> AllFields(string api)
    {
        var all = JiraField.All.Where(field => field.IsCustom).ToDictionary(field => field.Id, _ => (JsonNode?)null);
        foreach (var (name, value) in fields)
            all[name] = value?.DeepClone();

        all["project"] = new JsonObject { ["id"] = project.Id, ["key"] = project.Key, ["name"] = project.Key };
        all["status"] = Status.ToJson(api);
        all["resolution"] = Resolution is null ? null : new JsonObject { ["id"] = "10000", ["name"] = Resolution };
        all["created"] = JiraTime.Of(created);
        all["issuelinks"] = new JsonArray([.. Links.Select(link => link.ToJson())]);
        all["comment"] = new JsonObject
        {
            ["comments"] = new JsonArray([.. Comments.Select(comment => comment.ToJson($"{api}/issue/{id}", withProperties: false))]),
            ["total"] = Comments.Count,
        };
        return all;
    }
}

/// <summary>One of a ticket's links, seen from that ticket.</summary>
internal sealed record JiraLink(string Type, string Inward, string Outward, string? InwardKey, string? OutwardKey)
{
    public JsonObject ToJson()
    {
        var link = new JsonObject
        {
            ["id"] = "1",
            ["type"] = new JsonObject { ["id"] = "10000", ["name"] = Type, ["inward"] = Inward, ["outward"] = Outward },
        };
        if (InwardKey is not null)
            link["inwardIssue"] = new JsonObject { ["key"] = InwardKey };
        if (OutwardKey is not null)
            link["outwardIssue"] = new JsonObject { ["key"] = OutwardKey };
        return link;
    }
}

internal sealed record JiraComment(string Id, JsonNode? Body, IReadOnlyDictionary<string, JsonNode?> Properties, DateTimeOffset Created)
{
    public JsonObject ToJson(string issue, bool withProperties)
    {
        var comment = new JsonObject
        {
            ["self"] = $"{issue}/comment/{Id}", ["id"] = Id, ["body"] = Body?.DeepClone(), ["created"] = JiraTime.Of(Created),
        };
        if (withProperties)
            comment["properties"] = new JsonArray([.. Properties.Select(property =>
                new JsonObject { ["key"] = property.Key, ["value"] = property.Value?.DeepClone() })]);
        return comment;
    }
}

internal static class JiraTime
{
    /// <summary>As JIRA writes it: with milliseconds, and an offset without a colon.</summary>
    public static string Of(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);
}
