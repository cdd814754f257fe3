using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates.Surfaces;

/// <summary>How a prepared configuration names secrets, which are put in just before the call.</summary>
internal static class Reference
{
    private const string SecretKey = "$secret";
    private const string ConcatKey = "$concat";

    public static JsonObject To(string secret) => new() { [SecretKey] = secret };

    /// <summary>Whether a value stands for one secret.</summary>
    public static bool IsOne(JsonNode? value) => NameOf(value) is not null;

    /// <summary>The secret that a value stands for; null when it is a value of its own.</summary>
    public static string? NameOf(JsonNode? value) =>
        value is JsonObject { Count: 1 } reference ? Values.Text(reference[SecretKey]) : null;

    public static JsonObject Concat(IEnumerable<JsonNode> parts) => new() { [ConcatKey] = new JsonArray([.. parts]) };

    /// <summary>
    /// A value that looks like a reference would be taken for one: the answer of another service could then read secrets.
    /// </summary>
    public static void Reject(JsonNode? value, string where)
    {
        switch (value)
        {
            case JsonObject properties:
                foreach (var (key, property) in properties)
                {
                    if (key is SecretKey or ConcatKey)
                    {
                        throw new TemplateException($"'{where}' holds an object with the key '{key}', which is reserved for secrets.");
                    }

                    Reject(property, where);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Reject(item, where);
                }

                break;
            default:
                break;
        }
    }
}
