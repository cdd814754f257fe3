namespace Pao.Sandbox.Jira;

/// <summary>A project and its screens.</summary>
/// <remarks>
/// A new ticket must have the required fields beside project, type and summary; those off the screen cannot be set.
/// </remarks>
internal sealed record JiraProject(
    string Id, string Key, IReadOnlyList<string> IssueTypes, IReadOnlyList<string> Components, IReadOnlyList<string> Required, IReadOnlyList<string> OffScreen)
{
    private static readonly string[] Types = ["Task", "Story", "Bug", "Epic"];

    private static readonly string[] Teams = ["database", "network", "compute"];

    public static IReadOnlyList<JiraProject> All { get; } =
    [
        .. new[] { "PLAT", "COMP", "DATA", "MSG", "NET", "STOR", "TEST" }.Select((key, index) => new JiraProject($"{10100 + index}", key, Types, Teams, [], [])),
        new("10200", "STRICT", ["Task"], [], ["customfield_10010", "priority"], []),
        new("10201", "BARE", ["Task"], [], [], ["labels", "description"]),
    ];

    public static IReadOnlyList<string> Priorities { get; } = ["Highest", "High", "Medium", "Low", "Lowest"];

    public static JiraProject? Find(string? keyOrId) => All.FirstOrDefault(project => project.Key == keyOrId || project.Id == keyOrId);
}
