using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Expressions;
using Pao.Activities.Rest;
using Pao.DurableTask;

namespace Pao.Activities.Custom;

/// <summary>The outputs of a custom action: <c>result</c>, and what its document reads from it by JMESPath.</summary>
public sealed class CustomOutputs
{
    private const int LongestReference = 2048;

    private readonly ResponseExpressions _expressions;

    internal CustomOutputs(ResponseExpressions expressions) => _expressions = expressions;

    /// <exception cref="ActivityFailedException">An expression is no JMESPath, does not fit the answer or makes too much of it.</exception>
    public ActionResult Read(CustomAnswer answer)
    {
        var result = StorableJson.Parse(answer.Result);
        var outputs = new JsonObject { ["result"] = result };
        foreach (var (name, expression) in RestOutputs.Read(answer.Execution.Outputs, _expressions).Named)
            outputs[name] = expression.Evaluate(result);

        return new ActionResult(outputs, Reference(outputs["url"]) ?? Reference((result as JsonObject)?["url"]));
    }

    private static string? Reference(JsonNode? url) =>
        url?.GetValueKind() is JsonValueKind.String && url.GetValue<string>() is { Length: <= LongestReference } text ? text : null;
}
