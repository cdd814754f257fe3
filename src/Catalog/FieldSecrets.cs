using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog;

/// <summary>
/// How a password of a form is named once it was submitted: by a reference to a secret of its request. No author can
/// write such a name, and the secrets of the configuration have none like it.
/// </summary>
public static class FieldSecrets
{
    private const string Prefix = "fields/";

    /// <summary>The reference that stands in a password's place.</summary>
    public static JsonObject ReferenceTo(string fieldId) => Reference.To(NameOf(fieldId));

    /// <summary>The secret's name in references.</summary>
    public static string NameOf(string fieldId) => Prefix + fieldId;

    /// <summary>The field whose password a secret's name means; null when it means another secret.</summary>
    public static string? FieldOf(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret[Prefix.Length..] : null;

    /// <summary>The fields as people may see them: a password as a mark, a file without its content.</summary>
    public static JsonObject Redact(JsonObject fields) => new(fields.Select(field => KeyValuePair.Create(field.Key, Redacted(field.Value))));

    private static JsonNode? Redacted(JsonNode? value) => value switch
    {
        JsonObject reference when Reference.IsOne(reference) => "[redacted]",
        JsonObject file => new JsonObject(
            file.Where(member => member.Key is not "content").Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))),
        _ => value?.DeepClone(),
    };
}
