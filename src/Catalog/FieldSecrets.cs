using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog;

/// <summary>
/// How a password of a form is named once it was submitted, and an output that an action found to be secret: by a reference to a
/// secret of its request. No author can write such a name, and the secrets of the configuration have none like it.
/// </summary>
public static class FieldSecrets
{
    private const string Prefix = "fields/";
    private const string OutputPrefix = "output/";

    /// <summary>The reference that stands in a password's place.</summary>
    public static JsonObject ReferenceTo(string fieldId) => Reference.To(NameOf(fieldId));

    /// <summary>The secret's name in references.</summary>
    public static string NameOf(string fieldId) => Prefix + fieldId;

    /// <summary>Under which name an action's output is kept, beside the ids of fields.</summary>
    /// <param name="action">The action's id, after its component's where there is one.</param>
    /// <param name="output">The output's name.</param>
    public static string OutputField(string action, string output) => $"{OutputPrefix}{action}/{output}";

    /// <summary>Whether a name is that of an action's output, of whichever component the action is.</summary>
    internal static bool IsOutput(string field, string action, string output) =>
        field == OutputField(action, output)
        || (field.StartsWith(OutputPrefix, StringComparison.Ordinal) && field.EndsWith($"/{action}/{output}", StringComparison.Ordinal));

    /// <summary>Whether a name is one of an output, and not one of the actions of a component; null: of the request itself.</summary>
    public static bool IsForeignOutput(string field, string? component)
    {
        if (!field.StartsWith(OutputPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var action = field[OutputPrefix.Length..];
        return component is null ? action.Count(c => c is '/') != 1 : !action.StartsWith($"{component}/", StringComparison.Ordinal);
    }

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
