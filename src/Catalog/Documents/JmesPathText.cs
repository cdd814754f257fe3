using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using DevLab.JmesPath;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>What every JMESPath expression of a document must keep to.</summary>
internal static partial class JmesPathText
{
    private const int MaxLength = 1024;
    private const int Shown = 100;

    public static void Check(string expression, Place place, FindingList findings)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            findings.Error("schema.value", place, "A JMESPath expression must not be empty.");
        }
        else if (Spelling.Length(expression) > MaxLength)
        {
            findings.Error("schema.value", place, $"A JMESPath expression has at most {MaxLength} characters.");
        }
        else if (Mistake(expression) is { } mistake)
        {
            findings.Error(
                "jmespath.syntax", place, $"'{(expression.Length <= Shown ? expression : expression[..Shown] + "…")}' is no JMESPath expression: {mistake}.",
                "write for example links.self, items[0].id or status == 'ready'");
        }
    }

    /// <summary>Found here, and not when somebody's request comes to it.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The library tells of every mistake by a bare Exception.")]
    private static string? Mistake(string expression)
    {
        try
        {
            new JmesPath().Parse(expression);
            return null;
        }
        catch (Exception mistake)
        {
            return Explained(mistake.Message.ReplaceLineEndings(" ").TrimEnd('.', ' '));
        }
    }

    /// <summary>The library says <c>Error(1, 4): syntax, near 'x'</c>, counted from 0, or <c>Error: invalid-arity, …</c>.</summary>
    private static string Explained(string said)
    {
        var syntax = SyntaxMistake().Match(said);
        return syntax.Success
            ? syntax.Groups["near"].Length == 0
                ? "it ends too early"
                : $"'{syntax.Groups["near"].Value}' does not fit at character {int.Parse(syntax.Groups["column"].ValueSpan, CultureInfo.InvariantCulture) + 1}"
            : said[(said.IndexOf(", ", StringComparison.Ordinal) is var at and > 0 ? at + 2 : 0)..];
    }

    [GeneratedRegex(@"^Error\([0-9]+, (?<column>[0-9]{1,4})\): syntax, near '(?<near>.*)'\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SyntaxMistake();
}
