using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>Plain text that takes some characters only: a value with others fails, so that it lands whole or not at all.</summary>
/// <param name="allowed">What a value, and the whole, may hold.</param>
/// <param name="rule">The same for people, as in "holds letters only".</param>
/// <param name="check">What must be true of the whole besides.</param>
internal sealed class PlainSurface(Budget budget, Func<char, bool> allowed, string rule, Func<string, bool> check) : Surface(budget)
{
    /// <summary>What stands last; NUL at the beginning.</summary>
    private char _last;

    public static PlainSurface Line(Budget budget) =>
        new(budget, c => !char.IsControl(c) && c is not ('\u2028' or '\u2029'), "holds one line of text", text => text.Length > 0);

    public static PlainSurface Label(Budget budget) => new(
        budget, c => !char.IsControl(c) && !char.IsWhiteSpace(c), "holds no spaces, and 1 to 255 characters", text => text.Length is > 0 and <= 255);

    public static PlainSurface Word(Budget budget) =>
        new(budget, IsOfWord, "holds letters, digits, '.', '_' and '-' only", text => text is not ("" or "." or ".."));

    /// <summary>
    /// Slashes are the author's; no part is empty or begins with a value's dot, so that a value neither leaves the folder
    /// nor chooses one that tools read, such as <c>.github</c>.
    /// </summary>
    public static PlainSurface Path(Budget budget) => new(
        budget, IsOfWord, "is a relative path of letters, digits, '.', '_' and '-'",
        text => text.Split('/').All(part => part is not ("" or "." or "..")))
    {
        IsPath = true,
    };

    private bool IsPath { get; init; }

    public override void Author(string text)
    {
        Check(text, text.All(c => allowed(c) || (IsPath && c is '/' or ' ')));
        Append(text);
        _last = text.Length > 0 ? text[^1] : _last;
    }

    public override void Value(Expr expression, JsonNode? value)
    {
        var text = Functions.Written(value, expression.Written);
        var dotted = IsPath && (text.Length == 0 || (text[0] is '.' && _last is '\0' or '/'));
        Check($"'{expression.Written}'", text.All(allowed) && !dotted);
        Append(text);
        _last = text.Length > 0 ? text[^1] : _last;
    }

    public override void Secret(string reference) =>
        throw new TemplateException("A secret can not stand here, where people read it.");

    public override JsonNode Finish()
    {
        var whole = base.Finish();
        var text = Values.Text(whole)!;
        Check($"'{text}'", check(text));
        return whole;
    }

    private void Check(string what, bool isRight)
    {
        if (!isRight)
        {
            throw new TemplateException($"This place {rule}; {(what.Length <= 100 ? what : "what was rendered")} does not fit.", "use slug(x)");
        }
    }

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
