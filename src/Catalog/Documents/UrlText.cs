using System.Text.RegularExpressions;
using Pao.Catalog.Templates;

namespace Pao.Catalog.Documents;

/// <summary>What can be told of a URL before its templates are rendered.</summary>
internal static partial class UrlText
{
    /// <summary>Whether it begins as a URL or with a template.</summary>
    public static bool IsWritten(string text) => Start().IsMatch(text);

    /// <summary>Whether it is one, templates apart.</summary>
    public static bool IsAbsolute(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.UserInfo.Length == 0;

    /// <summary>Why the template can never become a URL; null when it may.</summary>
    public static string? Problem(Template template) => template.Parts switch
    {
        [Output { Expression: var first }, ..] when Root(first) is Scopes.Environment or Scopes.Metadata => null,
        [Output { Expression: var first }, ..] => $"A URL can not begin with '{first.Written}': it would choose the host.",
        _ => null,
    };

    private static string? Root(Expr expression) => expression switch
    {
        Name name => name.Id,
        Member member => Root(member.Target),
        _ => null,
    };

    [GeneratedRegex(@"^(https?://[^\s/]|\{\{|\{%)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Start();
}
