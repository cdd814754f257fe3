using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Jira;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>A ticket's summary: JIRA shows it as plain text, and takes one line of at most 255 characters.</summary>
internal sealed class SummarySurface(Budget budget) : Surface(budget)
{
    private const int Longest = 255;

    public override void Author(string text) => Append(JiraText.OneLine(text));

    public override void Value(Expr expression, JsonNode? value) =>
        Append(JiraText.OneLine(Functions.Written(value, expression.Written)));

    public override void Secret(string reference) =>
        throw new TemplateException("A secret does not belong in a ticket, which people read.");

    public override JsonNode Finish()
    {
        var summary = Values.Text(base.Finish())!.Trim();
        return summary.Length is > 0 and <= Longest
            ? JsonValue.Create(summary)
            : throw new TemplateException(summary.Length == 0
                ? "The summary is empty."
                : $"The summary has {summary.Length} characters; JIRA takes at most {Longest}.");
    }
}
