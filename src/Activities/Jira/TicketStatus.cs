using System.Text.Json.Nodes;

namespace Pao.Activities.Jira;

/// <summary>How a ticket stands, and what that means for the action.</summary>
internal sealed record TicketStatus(string Name, string Category, string? Resolution)
{
    /// <returns>Null when it is no ticket.</returns>
    public static TicketStatus? Read(JsonObject issue)
    {
        var fields = issue["fields"] as JsonObject;
        var status = fields?["status"] as JsonObject;
        return status?["name"].AsText() is { } name
            ? new TicketStatus(name, (status["statusCategory"] as JsonObject)?["key"].AsText() ?? "", (fields?["resolution"] as JsonObject)?["name"].AsText())
            : null;
    }

    /// <summary>What the document says of the status, else the operator; else a ticket that JIRA counts as done is, unless it was turned down.</summary>
    public TicketOutcome Judge(IReadOnlyDictionary<string, string> mapping, JiraInstanceOptions options)
    {
        var mapped = mapping.GetValueOrDefault(Name) ?? (options.StatusMapping.TryGetValue(Name, out var configured) ? configured : null);
        return mapped switch
        {
            "completed" => TicketOutcome.Completed,
            "failed" => TicketOutcome.Failed,
            _ when Category is not "done" => TicketOutcome.Open,
            _ => Resolution is not null && options.IsFailure(Resolution) ? TicketOutcome.Failed : TicketOutcome.Completed,
        };
    }

    public override string ToString() => Resolution is null ? $"'{Name}'" : $"'{Name}', resolution '{Resolution}'";
}

internal enum TicketOutcome
{
    Open,
    Completed,
    Failed,
}
