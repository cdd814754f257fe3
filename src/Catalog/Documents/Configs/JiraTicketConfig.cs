using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents.Configs;

/// <summary>The <c>config</c> of a <c>jira-ticket</c> action.</summary>
internal sealed class JiraTicketConfig(MappingReader config, FindingList findings)
{
    private const int MaxSummary = 255;

    private const string Wait = "waitForResolution";

    private static readonly string[] Outcomes = ["completed", "failed"];

    /// <summary>Writes down whether the ticket is waited for, where the document leaves it to the mode: a person's work is.</summary>
    public static void Complete(JsonObject config, bool isManual)
    {
        if (!config.ContainsKey(Wait))
        {
            config[Wait] = isManual;
        }
    }

    public static bool Waits(JsonObject config) => config[Wait]?.GetValueKind() is JsonValueKind.True;

    public void Check()
    {
        config.Text("instance");
        if (config.RequiredSection("ticket", "'ticket'") is { } ticket)
        {
            Ticket(ticket);
        }

        config.Flag(Wait);
        foreach (var entry in config.Optional<YamlMapping>("statusMapping")?.Entries ?? [])
        {
            Outcome(entry);
        }
    }

    private void Ticket(MappingReader ticket)
    {
        if (ticket.RequiredText("project") is { } project && !Template.HasTags(project) && !Spelling.IsProjectKey(project))
        {
            findings.Error(
                "jira.project", ticket.PlaceOf("project"), $"The project key '{project}' must be upper case: letters, digits and '_'.",
                Spelling.IsProjectKey(project.ToUpperInvariant()) ? $"write {project.ToUpperInvariant()}" : null);
        }

        ticket.Text("issueType");
        Summary(ticket);
        ticket.Text("descriptionTemplate");
        ticket.Text("priority");
        Labels(ticket);
        ticket.Texts("components");
        if (ticket.Text("epicKey") is { } epic && !Template.HasTags(epic) && !Spelling.IsEpicKey(epic))
        {
            findings.Error("jira.epic", ticket.PlaceOf("epicKey"), $"'{epic}' is no key of an issue.", "write for example PLAT-12");
        }

        ticket.Optional<YamlMapping>("customFields");
        ticket.Done();
    }

    private void Summary(MappingReader ticket)
    {
        if (ticket.RequiredText("summaryTemplate") is { } summary && FixedLength(summary) is { } length and > MaxSummary)
        {
            findings.Error(
                "jira.summary", ticket.PlaceOf("summaryTemplate"),
                $"The summary has {length} characters without its templates; JIRA takes at most {MaxSummary}.", "move the rest to 'descriptionTemplate'");
        }
    }

    /// <summary>How long it is whatever the templates become; null when they can not be parsed.</summary>
    private static int? FixedLength(string summary)
    {
        try
        {
            return Template.HasTags(summary)
                ? Template.Parse(summary).Parts.OfType<Text>().Sum(text => Spelling.Length(text.Value))
                : Spelling.Length(summary);
        }
        catch (TemplateException)
        {
            return null; // the rules of templates tell of it
        }
    }

    private void Labels(MappingReader ticket)
    {
        ticket.Texts("labels");
        foreach (var item in ticket.Optional<YamlSequence>("labels")?.Items ?? [])
        {
            if (item is YamlScalar { Value: string label } && !Template.HasTags(label) && (label.Length == 0 || label.Any(char.IsWhiteSpace)))
            {
                findings.Error("jira.label", item.Place, $"JIRA takes no label with white space, or an empty one: '{label}'.", "join its words with '-'");
            }
        }
    }

    private void Outcome(YamlEntry entry)
    {
        if (entry.Value is not YamlScalar { Value: string outcome })
        {
            findings.Error("schema.type", entry.Value.Place, $"The status '{entry.Key}' must map to completed or failed, not {entry.Value.Kind}.");
        }
        else if (!Outcomes.Contains(outcome))
        {
            findings.Error(
                "schema.value", entry.Value.Place, $"The status '{entry.Key}' must map to completed or failed, not '{outcome}'.",
                Nearest.DidYouMean(outcome, Outcomes));
        }
    }
}
