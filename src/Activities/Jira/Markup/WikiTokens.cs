using System.Text;
using System.Text.RegularExpressions;

namespace Pao.Activities.Jira.Markup;

/// <summary>A piece of markup: text, a block of code, or the tag of a panel or a quotation.</summary>
internal abstract record WikiToken
{
    private WikiToken()
    {
    }

    public sealed record Text(string Written) : WikiToken;

    public sealed record Code(string? Language, string Body) : WikiToken;

    public sealed record Tag(string Name, string? Title, string Written) : WikiToken;
}

/// <summary>Finds the macros that make blocks of their own. One that is not closed is text.</summary>
internal static partial class WikiTokens
{
    /// <summary>Keeps a value's braces from ending a block of code; in a document nothing does.</summary>
    private const string BraceApart = "{\u2060";

    public static IReadOnlyList<WikiToken> Of(string markup)
    {
        var tokens = new List<WikiToken>();
        var text = new StringBuilder();
        var unclosed = new HashSet<string>();
        var at = 0;
        foreach (var match in TagPattern().EnumerateMatches(markup))
        {
            if (match.Index < at || IsEscaped(markup, match.Index))
                continue;

            var tag = markup.Substring(match.Index, match.Length);
            var end = match.Index + match.Length;
            var name = NameOf(tag);
            WikiToken token = new WikiToken.Tag(name, Parameter(tag, "title"), tag);
            if (name is "code" or "noformat")
            {
                // Looked for once per name: a text full of openings would take quadratic time.
                var close = unclosed.Contains(name) ? -1 : markup.IndexOf($"{{{name}}}", end, StringComparison.OrdinalIgnoreCase);
                if (close < 0)
                {
                    unclosed.Add(name);
                    continue;
                }

                token = new WikiToken.Code(name is "code" ? Language(tag) : null, Body(markup[end..close]));
                end = close + name.Length + 2;
            }

            Flush(text.Append(markup, at, match.Index - at));
            tokens.Add(token);
            at = end;
        }

        Flush(text.Append(markup, at, markup.Length - at));
        return tokens;

        void Flush(StringBuilder written)
        {
            if (written.Length > 0)
                tokens.Add(new WikiToken.Text(written.ToString()));
            written.Clear();
        }
    }

    private static bool IsEscaped(string markup, int at)
    {
        var backslashes = 0;
        while (at > backslashes && markup[at - backslashes - 1] is '\\')
            backslashes++;
        return backslashes % 2 is 1;
    }

    private static string NameOf(string tag) => tag[1..^1].Split(':')[0].ToLowerInvariant();

    private static string? Parameter(string tag, string name) =>
        tag[1..^1].Split(':', 2) is [_, var parameters]
            ? parameters.Split('|').Select(one => one.Split('=', 2))
                .FirstOrDefault(one => one.Length is 2 && one[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim()
            : null;

    private static string? Language(string tag) =>
        tag[1..^1].Split(':', 2) is [_, var parameters]
            ? parameters.Split('|').Select(one => one.Trim()).FirstOrDefault(one => LanguagePattern().IsMatch(one))?.ToLowerInvariant()
                ?? Parameter(tag, "language")
            : null;

    private static string Body(string written)
    {
        var body = written.StartsWith('\n') ? written[1..] : written;
        return (body.EndsWith('\n') ? body[..^1] : body).Replace(BraceApart, "{", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{(?:code|noformat|quote|panel)(?::[^{}\n]*)?\}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex TagPattern();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+#-]{0,30}$", RegexOptions.NonBacktracking)]
    private static partial Regex LanguagePattern();
}
