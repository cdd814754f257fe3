using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog.Templates;

/// <summary>Passwords of a form in templates: <c>fields.x</c> is then a secret, with the same rules as <c>secrets.x</c>.</summary>
internal static class SecretFields
{
    /// <summary>The secret that a field's value is; null for all other values. Only the form's own fields can be one.</summary>
    public static string? NameOf(Expr expression, JsonNode? value) =>
        IsPathOfField(expression) && Reference.NameOf(value) is { } name && FieldSecrets.FieldOf(name) is not null ? name : null;

    private static bool IsPathOfField(Expr expression) => expression switch
    {
        Member { Target: Name { Id: Scopes.Fields } } => true,
        Member { Target: Member inner } => IsPathOfField(inner),
        _ => false,
    };
}
