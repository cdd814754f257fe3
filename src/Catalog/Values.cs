using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>Reads plain values out of JSON, wherever they came from: a parser, YAML or code.</summary>
internal static class Values
{
    public static string? Text(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : null;

    public static bool? Flag(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <returns>Null for what is no number, or one that 28 digits can not hold.</returns>
    public static decimal? Number(JsonNode? node) =>
        node?.GetValueKind() is JsonValueKind.Number
        && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>A number as a browser reads it.</summary>
    public static double? Double(JsonNode? node) =>
        node?.GetValueKind() is JsonValueKind.Number
        && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Same kind and same value; 1 and 1.0 are the same number.</summary>
    public static bool Same(JsonNode? a, JsonNode? b) =>
        Number(a) is { } left && Number(b) is { } right ? left == right : JsonNode.DeepEquals(a, b);
}
