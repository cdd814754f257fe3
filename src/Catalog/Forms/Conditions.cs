using System.Text.Json.Nodes;

namespace Pao.Catalog.Forms;

internal static class Conditions
{
    /// <summary>Whether a condition holds for the value that its field has; null is no value.</summary>
    public static bool Hold(FieldCondition condition, JsonNode? value) => condition.Operator switch
    {
        ConditionOperator.Equals => Values.Same(value, condition.Value),
        ConditionOperator.NotEquals => !Values.Same(value, condition.Value),
        ConditionOperator.In => IsIn(value, condition.Value),
        ConditionOperator.NotIn => !IsIn(value, condition.Value),
        ConditionOperator.GreaterThan => Values.Number(value) > Values.Number(condition.Value),
        ConditionOperator.LessThan => Values.Number(value) < Values.Number(condition.Value),
        ConditionOperator.Exists => value is not null == WantsValue(condition),
        _ => throw new InvalidOperationException($"No condition is called {condition.Operator}."),
    };

    public static bool WantsValue(FieldCondition condition) => Values.Flag(condition.Value) ?? true;

    private static bool IsIn(JsonNode? value, JsonNode? list) =>
        value is not null && list is JsonArray values && values.Any(one => Values.Same(one, value));
}
