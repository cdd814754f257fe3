namespace Pao.Catalog.Tests.Schemas;

/// <summary>A small change of a document, such as an author makes by mistake.</summary>
internal static class Mutation
{
    private static readonly string[] ValuesToPut =
    [
        "~", "", "true", "yes", "0", "-1", "3", "1.5", "600", "text", "Text", "two words", "''", "'  '", "[]", "{}", "[a]", "[1]", "[[a]]", "[{name: a}]",
        "{a: b}", "{a: [b]}", "{a: {b: c}}", "{name: a}", "{value: a}", "{type: text}", "\"{{ fields.name }}\"", "\"{{ secrets.x }}\"", "https://example.com/", "ftp://x",
        "2026-01-31", "2026-02-30", "today", "5m", "5 m", "0s", "select", "number", "date", "webhook", "custom", "jira-ticket", "terraform", "github-workflow",
        "manual", "automatic", "equals", "in", "exists", "greaterThan", "json", "form", "bearer", "basic", "api-key", "GET", "PLAT", "PLAT-1", "queue.tf", "queue.yml",
        "1.0.0", "a@example.com", "catalog/v1", "password", "file",
    ];

    private static readonly string[] KeysToPut =
    [
        "id", "name", "type", "config", "outputs", "retry", "timeout", "condition", "dependsOn", "enum", "default", "validation", "conditional", "required",
        "min", "max", "minLength", "pattern", "headers", "query", "body", "expect", "authentication", "labels", "epicKey", "statusMapping", "customFields",
        "variables", "inputs", "ref", "tags", "sla", "lifecycle", "access", "monitoring", "value", "my_key", "other", "waitForResolution", "filename",
    ];

    public static string Of(string[] document, Random random)
    {
        var lines = document.ToList();
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            Change(lines, random);
        }

        return string.Join('\n', lines);
    }

    private static void Change(List<string> lines, Random random)
    {
        var at = random.Next(lines.Count);
        var colon = lines[at].IndexOf(": ", StringComparison.Ordinal);
        var indent = lines[at].TakeWhile(c => c is ' ' or '-').Count();
        switch (random.Next(6))
        {
            case 0 or 1 when colon > 0:
                lines[at] = $"{lines[at][..colon]}: {Any(ValuesToPut, random)}";
                break;
            case 2 when lines[at].EndsWith(':'):
                lines[at] = $"{lines[at]} {Any(ValuesToPut, random)}";
                RemoveBelow(lines, at, indent);
                break;
            case 3:
                lines.RemoveAt(at);
                break;
            case 4 when colon > 0:
                lines[at] = lines[at][..indent] + Any(KeysToPut, random) + lines[at][colon..];
                break;
            default:
                lines.Insert(at, $"{lines[at][..indent].Replace('-', ' ')}{Any(KeysToPut, random)}: {Any(ValuesToPut, random)}");
                break;
        }
    }

    private static void RemoveBelow(List<string> lines, int at, int indent)
    {
        while (at + 1 < lines.Count && lines[at + 1].TakeWhile(c => c is ' ').Count() > indent)
        {
            lines.RemoveAt(at + 1);
        }
    }

    private static string Any(string[] choices, Random random) => choices[random.Next(choices.Length)];
}
