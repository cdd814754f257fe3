using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.Secrets.Stores;

/// <summary>What a store has at one path: values by key. A class and no record: its text would show them.</summary>
internal sealed class SecretDocument(JsonObject values)
{
    /// <summary>The key of what is one text and nothing else.</summary>
    public const string Whole = "value";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>A text that is a JSON object holds a value per key; any other is one value.</summary>
    public static SecretDocument Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: Strict) is JsonObject values)
                return new SecretDocument(values);
        }
        catch (JsonException)
        {
            // A password that happens to begin as JSON does.
        }

        return new SecretDocument(new JsonObject { [Whole] = text });
    }

    /// <summary>The value of a key as a text; null when it is not there, or has parts.</summary>
    public string? Find(string key) => values[key] switch
    {
        JsonValue value when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    /// <summary>The keys that are there, for messages.</summary>
    public IEnumerable<string> Keys => values.Select(value => value.Key);
}
