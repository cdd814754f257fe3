using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities;

/// <summary>What another system answered, in a form that histories and databases can keep.</summary>
internal static class StorableJson
{
    private const int LongestNumber = 400; // a double written out has 309 digits before the point
    private const int LargestExponent = 64;

    // The answer ends up some levels inside other documents, and readers stop at 64.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>A text as JSON when it is that; else as a text; null when there is none.</summary>
    public static JsonNode? Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;

        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Storable(document.RootElement);
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape that is half of a surrogate pair.
            return Storable(text);
        }
    }

    private static JsonNode? Storable(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(element.EnumerateObject()
            .Select(member => KeyValuePair.Create(Storable(member.Name), Storable(member.Value)))),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(Storable)]),
        JsonValueKind.String => Storable(element.GetString() ?? ""),
        JsonValueKind.Null => null,
        JsonValueKind.Number when !IsBounded(element.GetRawText()) => Beginning(element.GetRawText()),
        _ => JsonNode.Parse(element.GetRawText()),
    };

    // PostgreSQL writes out every digit of 1e131071, and refuses what has more. Such a number is kept as a text.
    private static bool IsBounded(string number) => number.Length <= LongestNumber
        && number.AsSpan().IndexOfAny('e', 'E') is var e
        && (e < 0 || (int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            && Math.Abs((long)exponent) <= LargestExponent));

    private static string Beginning(string number) => number.Length <= LongestNumber ? number : $"{number[..LongestNumber]}…";

    // PostgreSQL's jsonb has no U+0000.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}
