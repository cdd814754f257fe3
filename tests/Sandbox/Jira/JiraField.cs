using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>A field of a ticket, as <c>GET /field</c> tells of it.</summary>
/// <remarks>The kind is the last part of the type's URI; null: a field of JIRA itself.</remarks>
internal sealed record JiraField(string Id, string Name, string Type, string? Kind = null, string? Items = null, IReadOnlyList<string>? Options = null)
{
    public static IReadOnlyList<JiraField> All { get; } =
    [
        new("summary", "Summary", "string"),
        new("description", "Description", "string"),
        new("project", "Project", "project"),
        new("issuetype", "Issue Type", "issuetype"),
        new("priority", "Priority", "priority"),
        new("labels", "Labels", "array", Items: "string"),
        new("components", "Components", "array", Items: "component"),
        new("parent", "Parent", "issuelink"),
        new("status", "Status", "status"),
        new("resolution", "Resolution", "resolution"),
        new("customfield_10010", "Cost center", "string", "textfield"),
        new("customfield_10011", "Environment details", "string", "textarea"),
        new("customfield_10012", "Size", "option", "select", Options: ["small", "medium", "large"]),
        new("customfield_10013", "Instances", "number", "float"),
        new("customfield_10014", "Epic Link", "any", "gh-epic-link"),
        new("customfield_10015", "Networks", "array", "multiselect", "option", ["blue", "green"]),
        new("customfield_10020", "VM address", "string", "textfield"),
        new("customfield_10021", "Ready on", "date", "datepicker"),
        new("customfield_10030", "Twin", "string", "textfield"),
        new("customfield_10031", "Twin", "string", "textfield"),
    ];

    public bool IsCustom => Kind is not null;

    public static JiraField? Find(string id) => All.FirstOrDefault(field => field.Id == id);

    public JsonObject ToJson()
    {
        var schema = new JsonObject { ["type"] = Type };
        if (Items is not null)
            schema["items"] = Items;
        if (Kind is null)
            schema["system"] = Id;
        else
        {
            schema["custom"] = Kind is "gh-epic-link" ? "com.pyxis.greenhopper.jira:gh-epic-link" : $"com.atlassian.jira.plugin.system.customfieldtypes:{Kind}";
            schema["customId"] = int.Parse(Id["customfield_".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }

        return new JsonObject
        {
            ["id"] = Id,
            ["key"] = Id,
            ["name"] = Name,
            ["custom"] = IsCustom,
            ["orderable"] = true,
            ["navigable"] = true,
            ["searchable"] = true,
            ["clauseNames"] = IsCustom ? new JsonArray($"cf[{Id["customfield_".Length..]}]", Name) : new JsonArray(Id),
            ["schema"] = schema,
        };
    }
}
