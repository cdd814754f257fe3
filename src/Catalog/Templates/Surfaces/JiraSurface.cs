using System.Text;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Jira;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>A ticket's text in JIRA's wiki markup. The author's markup holds; a value is text, as <see cref="JiraText"/> writes it.</summary>
internal sealed class JiraSurface(Budget budget) : Surface(budget)
{
    private readonly JiraScanner _scanner = new();
    private readonly StringBuilder _line = new();

    public override void Author(string text)
    {
        _scanner.Read(text);
        Write(text);
    }

    public override void Value(Expr expression, JsonNode? value)
    {
        var text = Functions.Written(value, expression.Written);
        var written = _scanner.Place switch
        {
            JiraPlace.Text => JiraText.Escaped(text, Line()),
            JiraPlace.Verbatim => JiraText.Verbatim(text, _line.Length > 0 ? _line[^1] : '\0'),
            JiraPlace.Macro when _scanner.OpenBlock is not null => JiraText.Verbatim(text, _scanner.MayEndBlock ? '{' : '\0'), // behind a brace within it
            JiraPlace.LinkText => LinkText(text),
            JiraPlace.LinkTarget when _scanner.IsAtStart => Target(expression, text),
            JiraPlace.LinkTarget => Uri.EscapeDataString(text),
            _ => Word(expression, text),
        };
        Budget.Text(written.Length);
        _scanner.Passed();
        Write(written);
    }

    public override void Secret(string reference) =>
        throw new TemplateException("A secret does not belong in a ticket, which people read.");

    public override JsonNode Finish() => _scanner.OpenBlock is { } block
        ? throw new TemplateException($"The block {{{block}}} does not end: what a value brings would be read as markup.", $"write {{{block}}} behind it")
        : base.Finish();

    private void Write(string text)
    {
        Append(text);
        var lineBreak = text.LastIndexOf('\n');
        _ = lineBreak < 0 ? _line.Append(text) : _line.Clear().Append(text, lineBreak + 1, text.Length - lineBreak - 1);
    }

    /// <summary>Only its beginning and its end matter.</summary>
    private string Line() => _line.Length <= 100 ? _line.ToString() : _line.ToString(0, 50) + _line.ToString(_line.Length - 50, 50);

    /// <summary>Brackets and bars end a link's text even with a backslash before them; breaks would end it, too.</summary>
    private static string LinkText(string text)
    {
        var escaped = new StringBuilder(text.Length * 2);
        foreach (var c in JiraText.OneLine(text))
        {
            _ = char.IsLetterOrDigit(c) || c is ' ' or ',' || c > '~' ? escaped.Append(c) : escaped.Append($"&#{(int)c};");
        }

        return escaped.Length == 0 ? JiraText.Nothing : escaped.ToString();
    }

    private static string Target(Expr expression, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? string.Concat(url.AbsoluteUri.Select(c => "[]|{}!\\^~".Contains(c, StringComparison.Ordinal) ? Uri.HexEscape(c) : c.ToString()))
            : throw new TemplateException($"'{expression.Written}' is the target of a link: only a whole http or https URL can be.");

    private static string Word(Expr expression, string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or ':' or ' ')
            ? text
            : throw new TemplateException(
                $"'{expression.Written}' stands in a macro or a mention: only letters, digits, spaces and . _ - : can.", "use slug(x)");
}
