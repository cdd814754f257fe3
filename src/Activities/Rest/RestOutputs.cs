using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Expressions;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Rest;

/// <summary>The outputs that a document reads from the answer's body, beside <c>status</c> and <c>body</c>.</summary>
internal sealed record RestOutputs(IReadOnlyList<(string Name, ResponseExpression Expression)> Named)
{
    private const int LongestReference = 2048;

    public static RestOutputs Read(JsonNode? outputs, ResponseExpressions expressions) => outputs switch
    {
        null => new RestOutputs([]),
        JsonObject named => new RestOutputs([.. named.Select(output => (output.Key, expressions.Get(TextOf(output))))]),
        _ => throw ActionFailure.Invalid("'outputs' must be names with JMESPath expressions, such as 'id: data.id'."),
    };

    public ActionResult Select(HttpAnswer answer, SecretScope secrets)
    {
        var outputs = new JsonObject { ["status"] = answer.Status, ["body"] = answer.Body?.DeepClone() };
        foreach (var (name, expression) in Named)
            outputs[name] = expression.Evaluate(answer.Body);

        var masked = new JsonObject(outputs.Select(output => KeyValuePair.Create(output.Key, secrets.Mask(output.Value))));
        return new ActionResult(masked, ReferenceIn(answer, masked, secrets));
    }

    private static string? ReferenceIn(HttpAnswer answer, JsonObject outputs, SecretScope secrets)
    {
        var reference = answer.Location is { IsAbsoluteUri: true } location
            ? secrets.Mask(location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped))
            : outputs["url"] is JsonValue url && url.GetValueKind() is JsonValueKind.String ? url.GetValue<string>() : null;
        return reference?.Length > LongestReference ? null : reference;
    }

    private static string TextOf(KeyValuePair<string, JsonNode?> output) =>
        output.Value is JsonValue value && value.GetValueKind() is JsonValueKind.String
            ? value.GetValue<string>()
            : throw ActionFailure.Invalid($"The output '{output.Key}' must be a JMESPath expression.");
}
