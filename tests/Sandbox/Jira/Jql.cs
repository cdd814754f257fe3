using System.Text.RegularExpressions;

namespace Pao.Sandbox.Jira;

/// <summary>The part of JIRA's query language that finds tickets by project, key, label and status, joined with AND.</summary>
internal sealed partial record Jql(IReadOnlyList<Jql.Clause> Clauses, bool OldestFirst)
{
    public sealed record Clause(string Field, IReadOnlyList<string> Values);

    /// <returns>Null, with the reason, when it is none that is understood here.</returns>
    public static Jql? Parse(string text, out string problem)
    {
        problem = "";
        var restriction = OrderPattern().Replace(text, "");
        var clauses = new List<Clause>();
        foreach (var part in AndPattern().Split(restriction).Where(part => part.Trim().Length > 0))
        {
            if (ClausePattern().Match(part) is not { Success: true } match)
            {
                problem = $"Error in the JQL Query: '{part.Trim()}' is not understood.";
                return null;
            }

            clauses.Add(new Clause(
                match.Groups["field"].Value.ToLowerInvariant(),
                [.. ValuePattern().Matches(match.Groups["values"].Value).Select(value => value.Value.Trim('"'))]));
        }

        if (clauses.Find(clause => clause.Field is not ("project" or "key" or "issuekey" or "labels" or "status")) is { } unknown)
        {
            problem = $"Field '{unknown.Field}' does not exist or you do not have permission to view it.";
            return null;
        }

        if (clauses.Count == 0)
            problem = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
        return clauses.Count == 0 ? null : new Jql(clauses, OldestFirstPattern().IsMatch(text));
    }

    public bool Matches(JiraIssue issue) => Clauses.All(clause => clause.Field switch
    {
        "project" => clause.Values.Contains(issue.Project.Key),
        "key" or "issuekey" => clause.Values.Contains(issue.Key),
        "labels" => clause.Values.Intersect(issue.Labels).Any(),
        _ => clause.Values.Contains(issue.Status.Name),
    });

    [GeneratedRegex(@"\border\s+by\b.*$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"\border\s+by\s+created\s+asc\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex OldestFirstPattern();

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex AndPattern();

    [GeneratedRegex("""^\s*(?<field>[a-z]+)\s*(?:=\s*(?<values>"[^"]*"|[\w-]+)|in\s*\((?<values>[^)]*)\))\s*$""", RegexOptions.IgnoreCase)]
    private static partial Regex ClausePattern();

    [GeneratedRegex("""
        "[^"]*"|[\w-]+
        """)]
    private static partial Regex ValuePattern();
}
