using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog.Templates;

/// <summary>
/// Passwords of a form in templates, and outputs that an action found to be secret: <c>fields.x</c> and <c>output.a.x</c> are then
/// secrets, with the same rules as <c>secrets.x</c>.
/// </summary>
internal static class SecretFields
{
    /// <summary>The secret that a value is; null for all other values. Only the form's own fields and actions' own outputs can be one.</summary>
    public static string? NameOf(Expr expression, JsonNode? value) =>
        Reference.NameOf(value) is { } name && FieldSecrets.FieldOf(name) is { } field && (IsPathOfField(expression) || IsOutput(expression, field)) ? name : null;

    private static bool IsPathOfField(Expr expression) => expression switch
    {
        Member { Target: Name { Id: Scopes.Fields } } => true,
        Member { Target: Member inner } => IsPathOfField(inner),
        _ => false,
    };

    // Another system may answer with what looks like a reference: it can name nothing but the output that it is itself.
    private static bool IsOutput(Expr expression, string field) =>
        expression is Member { Target: Member { Target: Name { Id: Scopes.Output }, Key: Literal action }, Key: Literal output }
        && Values.Text(action.Value) is { } id && Values.Text(output.Value) is { } name
        && FieldSecrets.IsOutput(field, id, name);
}
