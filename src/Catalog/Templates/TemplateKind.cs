using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>Tells, before anything is rendered, which kind of value a template makes.</summary>
internal static class TemplateKind
{
    private static readonly string[] OfText =
        ["upper", "lower", "trim", "replace", "join", "slug", "json", "base64", "sha256", "uuid", "timestamp", "date"];

    /// <returns>The kind, null when it can not be told; and what makes it, for a message.</returns>
    public static (JsonValueKind? Kind, string What) Of(Template template, Form form) => template.Whole is { } whole
        ? (Of(whole, form), $"'{whole.Written}'")
        : (template.Secrets().Any() ? null : JsonValueKind.String, "text with a template in it");

    public static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Array => "a list",
        _ => "true or false",
    };

    /// <summary>A value of the kind.</summary>
    public static JsonNode Example(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "",
        JsonValueKind.Number => 0,
        JsonValueKind.Array => new JsonArray(),
        _ => true,
    };

    /// <summary>Whether an expression is a password of the form.</summary>
    public static bool IsPassword(Expr expression, Form form) =>
        FieldOf(expression) is { } id && form.Fields.Any(field => field.Id == id && field.Type is FieldType.Password);

    private static string? FieldOf(Expr expression) => expression switch
    {
        Member { Target: Name { Id: Scopes.Fields }, Key: Literal key } => Values.Text(key.Value),
        Member { Target: Member { Target: Name { Id: Scopes.Fields } }, Key: Literal key } => Values.Text(key.Value),
        _ => null,
    };

    private static JsonValueKind? Of(Expr expression, Form form) => expression switch
    {
        Comparison { Operation: not (Operation.And or Operation.Or) } => JsonValueKind.True,
        Literal { Value: { } value } => Plain(value.GetValueKind()),
        Member => OfField(FieldOf(expression), form),
        Call { Function: "number" or "length" } => JsonValueKind.Number,
        Call { Function: "split" } => JsonValueKind.Array,
        Call { Function: "default", Arguments: [var first, var second] } =>
            Of(first, form) is { } kind && (second is Literal { Value: null } || Of(second, form) == kind) ? kind : null,
        Call call when OfText.Contains(call.Function) => JsonValueKind.String,
        _ => null,
    };

    private static JsonValueKind? OfField(string? id, Form form) => form.Fields.FirstOrDefault(field => field.Id == id)?.Type switch
    {
        FieldType.String or FieldType.Textarea or FieldType.Select or FieldType.Date or FieldType.Email => JsonValueKind.String,
        FieldType.Number => JsonValueKind.Number,
        FieldType.Boolean => JsonValueKind.True,
        FieldType.Multiselect => JsonValueKind.Array,
        _ => null,
    };

    private static JsonValueKind? Plain(JsonValueKind kind) => kind is JsonValueKind.False ? JsonValueKind.True : kind;
}
