using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Hcl;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>
/// A Terraform file. Within quotes and heredocs a value is text; where an expression stands it is a literal: a quoted
/// string, a number, a list. Within a name it may hold only what names hold, and in a comment it can not end it.
/// </summary>
internal sealed class HclSurface(Budget budget) : Surface(budget)
{
    private readonly HclScanner _scanner = new();

    /// <summary>The value that was written as an expression just before; nothing may touch it.</summary>
    private string? _literal;

    /// <summary>An empty value that stands behind a <c>$</c> or <c>%</c> of the author's.</summary>
    private string? _empty;

    public override void Author(string text)
    {
        if (_literal is { } value && text.Length > 0)
        {
            if (HclScanner.IsOfName(text[0]) && text[0] is not '-' || text[0] is '"' or '.' or '{' or '(')
            {
                throw Touches(value);
            }

            _literal = null;
        }

        if (_empty is { } nothing && text.Length > 0)
        {
            _empty = text[0] is '{' ? throw new TemplateException($"'{nothing}' is empty: an interpolation would begin.") : null;
        }

        Write(text);
    }

    public override void Value(Expr expression, JsonNode? value)
    {
        if (_literal is not null || _scanner.IsEscaped)
        {
            throw _scanner.IsEscaped
                ? new TemplateException("A value can not follow a single backslash in HCL.", "write \\\\ for a backslash")
                : Touches(expression.Written);
        }

        var (frame, depth) = (_scanner.Frame, _scanner.Depth);
        var written = Encoded(expression, value);
        Budget.Text(written.Length);
        Write(written);
        _empty = written.Length == 0 && _scanner.Previous is '$' or '%' ? expression.Written : null;
        if (!ReferenceEquals(frame, _scanner.Frame) || depth != _scanner.Depth)
        {
            throw new InvalidOperationException("A value changed the structure of HCL.");
        }
    }

    public override void Secret(string reference) => throw new TemplateException(
        "A secret does not belong in a Terraform file, which is committed.", "hand it over in 'variables'");

    public override JsonNode Finish()
    {
        _scanner.Finish();
        return base.Finish();
    }

    private void Write(string text)
    {
        Append(text);
        _scanner.Read(text);
    }

    private string Encoded(Expr expression, JsonNode? value)
    {
        switch (_scanner.Frame)
        {
            case { Kind: HclKind.Quoted }:
                return HclText.Content(Functions.Written(value, expression.Written), _scanner.Previous);
            case { Kind: HclKind.Heredoc } heredoc:
                return InHeredoc(heredoc, Functions.Written(value, expression.Written), expression);
            case { Kind: HclKind.LineComment or HclKind.BlockComment }:
                return HclText.Comment(Functions.Written(value, expression.Written), _scanner.Previous);
            case { Kind: HclKind.Label }:
                return OfName(expression, value);
            case { Kind: HclKind.HeredocMarker }:
                throw new TemplateException($"'{expression.Written}' can not be the name that ends a heredoc.");
            case { Kind: HclKind.Body, HasBegun: false }:
                throw new TemplateException(
                    $"'{expression.Written}' can not be the name of an attribute or a block.", "begin with a name of your own, or use a map");
            case { } code:
                return InCode(code, expression, value);
            default:
                throw new InvalidOperationException("HCL is within nothing.");
        }
    }

    private string InCode(HclFrame code, Expr expression, JsonNode? value)
    {
        var previous = _scanner.Previous;
        if (previous is '.' || char.IsLetter(_scanner.WordStart) || _scanner.WordStart is '_')
        {
            return OfName(expression, value);
        }

        if (previous is not '\0' && !char.IsWhiteSpace(previous) && !"=,:?+-*/%<>&|!".Contains(previous, StringComparison.Ordinal))
        {
            throw Touches(expression.Written);
        }

        _literal = expression.Written;
        return code is { Kind: HclKind.Body, IsAssigned: false } ? $"\"{OfName(expression, value)}\"" : HclText.Literal(WholeText.Of(value, expression.Written));
    }

    /// <summary>
    /// A heredoc has no escapes. A value that is one plain line stands there as it is; every other is a quoted text within
    /// <c>${ }</c>, so that no line of it can end the heredoc, change its indentation or begin an interpolation.
    /// </summary>
    private string InHeredoc(HclFrame heredoc, string text, Expr expression)
    {
        var plain = text.Length > 0
            && !char.IsWhiteSpace(text[0]) && !IsMark(text[0])
            && !text.EnumerateRunes().Any(HclText.IsUnseen)
            && text[^1] is not ('$' or '%')
            && !(text[0] is '{' or '$' or '%' && _scanner.Previous is '$' or '%')
            && !text.Contains("${", StringComparison.Ordinal) && !text.Contains("%{", StringComparison.Ordinal)
            && (heredoc.IsLineOfText || text.Any(c => !HclScanner.IsOfName(c) && !char.IsWhiteSpace(c)));
        if (plain)
        {
            return text;
        }

        return _scanner.Previous is '$'
            ? throw new TemplateException($"'{expression.Written}' can not follow a '$' in a heredoc.", "put a space between")
            : $"${{{HclText.Quoted(text)}}}";
    }

    /// <summary>HCL takes it together with the space before it for one character, and loses both where it removes indentation.</summary>
    private static bool IsMark(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    private static string OfName(Expr expression, JsonNode? value)
    {
        var text = Functions.Written(value, expression.Written);
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? text
            : throw new TemplateException(
                $"'{expression.Written}' stands in a name of HCL: only letters, digits, '_' and '-' can.", "use slug(x)");
    }

    private static TemplateException Touches(string written) => new(
        $"'{written}' is an expression of its own in HCL, but touches what stands beside it.", "put it within quotes, or a space between");
}
