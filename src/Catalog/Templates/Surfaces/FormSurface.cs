using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>A form body that the author writes as <c>a={{ x }}&amp;b={{ y }}</c>.</summary>
internal sealed class FormSurface(Budget budget) : Surface(budget)
{
    public override void Value(Expr expression, JsonNode? value) =>
        Append(Uri.EscapeDataString(Functions.Written(value, expression.Written)));

    public override void Secret(string reference) => throw new TemplateException(
        "A secret can not be part of a form body that is written as text.", "write the body as a mapping: { client_secret: '{{ secrets.x }}' }");
}
