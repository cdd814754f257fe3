using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>An HTTP header's value: one line of printable ASCII, or a value could add a header of its own.</summary>
internal sealed class HeaderSurface(Budget budget) : Surface(budget)
{
    public override void Author(string text)
    {
        Check(text, "the header's text");
        Append(text);
    }

    public override void Value(Expr expression, JsonNode? value)
    {
        var text = Functions.Written(value, expression.Written);
        Check(text, $"'{expression.Written}'");
        Append(text);
    }

    private static void Check(string text, string what)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
        {
            throw new TemplateException(
                $"A header holds one line of printable ASCII; {what} has other characters.", "encode it, for example with base64(x)");
        }
    }
}
