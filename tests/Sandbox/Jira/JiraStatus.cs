using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>A status of the workflow that every project here has, and how its transition is called.</summary>
/// <remarks>The resolution is what JIRA sets when a ticket comes to the status.</remarks>
internal sealed record JiraStatus(string Id, string Name, string Category, string Transition, string? Resolution)
{
    public static IReadOnlyList<JiraStatus> All { get; } =
    [
        new("10000", "To Do", "new", "Reopen", null),
        new("10001", "In Progress", "indeterminate", "Start progress", null),
        new("10002", "Waiting for approval", "indeterminate", "Ask for approval", null),
        new("10003", "Done", "done", "Resolve", "Done"),
        new("10004", "Rejected", "done", "Reject", "Won't Do"),
        new("10005", "Cancelled", "done", "Cancel", "Won't Do"),
        new("10006", "Closed", "done", "Close", "Done"),
    ];

    private static readonly Dictionary<string, (int Id, string Name, string Color)> Categories = new()
    {
        ["new"] = (2, "To Do", "blue-gray"), ["indeterminate"] = (4, "In Progress", "yellow"), ["done"] = (3, "Done", "green"),
    };

    public static JiraStatus Initial => All[0];

    public static JiraStatus? Find(string? name) =>
        All.FirstOrDefault(status => string.Equals(status.Name, name, StringComparison.OrdinalIgnoreCase));

    public JsonObject ToJson(string api) => new()
    {
        ["self"] = $"{api}/status/{Id}",
        ["description"] = "",
        ["name"] = Name,
        ["id"] = Id,
        ["statusCategory"] = new JsonObject
        {
            ["self"] = $"{api}/statuscategory/{Categories[Category].Id}",
            ["id"] = Categories[Category].Id,
            ["key"] = Category,
            ["colorName"] = Categories[Category].Color,
            ["name"] = Categories[Category].Name,
        },
    };
}
