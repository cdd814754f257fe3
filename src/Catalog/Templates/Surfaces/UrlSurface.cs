using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>
/// A URL. Values are percent-encoded; none can add or remove a path segment, begin the query, or choose the host. Only
/// what the operator (<c>env</c>) or the document (<c>metadata</c>) says may be the beginning of a URL as it is.
/// </summary>
internal sealed class UrlSurface(Budget budget) : Surface(budget)
{
    private const int LongestAuthority = 2000;

    private readonly StringBuilder _url = new();

    private bool _isInPath;
    private bool _isInQuery;

    /// <summary>Where the last value in the authority ends; what follows must fix the domain.</summary>
    private int _lastInAuthority;

    public override void Author(string text)
    {
        Append(text);
        _url.Append(text);
        _isInQuery |= text.AsSpan().IndexOfAny('?', '#') >= 0;
        if (!_isInPath && !_isInQuery)
        {
            _isInPath = PathStart(_url.ToString()) >= 0;
            if (!_isInPath && _url.Length > LongestAuthority)
            {
                throw new TemplateException("The URL's host is too long.");
            }
        }
    }

    public override void Value(Expr expression, JsonNode? value)
    {
        var text = Functions.Written(value, expression.Written);
        if (_url.Length == 0)
        {
            text = Base(expression, text);
        }
        else if (_isInQuery)
        {
            text = Uri.EscapeDataString(text);
        }
        else if (!_isInPath)
        {
            text = Label(expression, text);
            _lastInAuthority = _url.Length + text.Length;
        }
        else
        {
            text = text.Length > 0
                ? Uri.EscapeDataString(text)
                : throw new TemplateException($"'{expression.Written}' is empty: the URL would have lost a path segment.");
        }

        Author(text);
    }

    public override void Secret(string reference) => throw new TemplateException(
        "A secret does not belong in a URL, which ends in logs.", "use a header or 'authentication'");

    public override JsonNode Finish()
    {
        var url = _url.ToString();
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
        {
            throw new TemplateException($"'{url}' is no absolute http or https URL.");
        }

        CheckAuthority(url);
        CheckPath(url);
        return base.Finish();
    }

    private static string Base(Expr expression, string text) =>
        Root(expression) is Scopes.Environment or Scopes.Metadata
            ? text.TrimEnd('/')
            : throw new TemplateException(
                $"A URL can not begin with '{expression.Written}': it would choose the host.", "begin with https://…, env.NAME or metadata.x");

    private static string? Root(Expr expression) => expression switch
    {
        Name name => name.Id,
        Member member => Root(member.Target),
        _ => null,
    };

    /// <summary>A value in the authority is one word of a host name, no more.</summary>
    private static string Label(Expr expression, string text) =>
        text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-')
            ? text
            : throw new TemplateException($"'{expression.Written}' stands in the host: only letters, digits and '-' can.");

    private static int PathStart(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        return authority < 0 ? -1 : url.IndexOf('/', authority + 3);
    }

    private void CheckAuthority(string url)
    {
        if (_lastInAuthority == 0)
        {
            return;
        }

        var end = url.AsSpan(_lastInAuthority).IndexOfAny('/', '?', '#');
        var fixedPart = end < 0 ? url[_lastInAuthority..] : url.Substring(_lastInAuthority, end);
        var labels = fixedPart.Split('.', StringSplitOptions.RemoveEmptyEntries);

        // Behind a dash the first label is the value's as well.
        if (fixedPart is not ['.' or '-', ..] || labels.Length < (fixedPart[0] is '-' ? 3 : 2))
        {
            throw new TemplateException(
                "A value would choose the host.", "let a domain follow it, as in https://{{ x }}.api.example.com/");
        }
    }

    /// <summary><c>.</c> and <c>..</c> are resolved by whoever reads the URL, encoded or not.</summary>
    private static void CheckPath(string url)
    {
        var start = PathStart(url);
        var path = start < 0 ? "" : url[start..].Split('?', '#')[0];
        var climbs = path.Split('/').Any(segment =>
            segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..");
        if (climbs)
        {
            throw new TemplateException("A path segment would be '.' or '..', which changes the path.");
        }
    }
}
