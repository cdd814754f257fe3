using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>Plain text: a value is what it is.</summary>
internal sealed class TextSurface(Budget budget) : Surface(budget)
{
    public override void Value(Expr expression, JsonNode? value) => Append(Functions.Written(value, expression.Written));
}
