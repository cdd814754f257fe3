using System.Text.RegularExpressions;

namespace Pao.Activities.Jira.Markup;

/// <summary>What stands between the brackets of a link, or the account that is mentioned.</summary>
internal readonly partial record struct WikiLink(string Target, bool HasText, int TextTo, string? AccountId)
{
    private const string Account = "~accountid:";

    /// <summary>A longer one is text: each place in it where another might begin would be read to its end.</summary>
    private const int Longest = 2048;

    /// <summary>Null when it is no link to another page: attachments, anchors and the like stay text.</summary>
    public static WikiLink? Parse(string written, int from, int to)
    {
        var inner = written.AsSpan(from, to - from);
        if (inner.StartsWith(Account, StringComparison.OrdinalIgnoreCase))
            return AccountPattern().IsMatch(inner[Account.Length..]) ? new WikiLink("", HasText: false, to, inner[Account.Length..].ToString()) : null;

        var bar = inner.IndexOf('|');
        var target = bar < 0 ? inner : inner[(bar + 1)..];
        var tip = target.IndexOf('|');
        target = (tip < 0 ? target : target[..tip]).Trim();
        var textTo = bar < 0 ? to : from + bar;
        return IsTarget(target) && (bar < 0 || !inner[..bar].IsWhiteSpace())
            ? new WikiLink(target.ToString(), bar >= 0, textTo, AccountId: null)
            : null;
    }

    /// <summary>How long the URL is that a text begins with; 0 when it does with none.</summary>
    public static int BareLength(ReadOnlySpan<char> text)
    {
        var beginning = text[..Math.Min(text.Length, Longest + 1)];
        foreach (var match in BarePattern().EnumerateMatches(beginning))
        {
            var url = beginning[..match.Length].TrimEnd(".,;:!?'\"*_-+~^");
            return match.Length <= Longest && IsTarget(url) ? url.Length : 0;
        }

        return 0;
    }

    private static bool IsTarget(ReadOnlySpan<char> text) =>
        Uri.TryCreate(text.ToString(), UriKind.Absolute, out var url)
        && ((url.Scheme is "http" or "https" && url.Host.Length > 0) || url.Scheme is "mailto");

    [GeneratedRegex("^[A-Za-z0-9:_-]{1,128}$", RegexOptions.NonBacktracking)]
    private static partial Regex AccountPattern();

    [GeneratedRegex(@"^https?://[^\s|\[\]{}<>""\\()]+", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex BarePattern();
}
