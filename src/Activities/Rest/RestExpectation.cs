using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Expressions;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.Rest;

/// <summary>What an answer must be for the action to be done: a status, and a condition over the body.</summary>
internal sealed record RestExpectation(AnswerExpectation Status, string? Text, ResponseExpression? Condition)
{
    public static RestExpectation Read(ActionConfig config, string section, ResponseExpressions expressions)
    {
        var statuses = config.Find($"{section}.status") switch
        {
            null => AnswerExpectation.AnySuccess,
            JsonArray many => new AnswerExpectation([.. many.Select(StatusOf)]),
            var one => new AnswerExpectation([StatusOf(one)]),
        };
        var condition = config.FindText($"{section}.jmespath");
        return new RestExpectation(statuses, condition, condition is null ? null : expressions.Get(condition));
    }

    public bool IsMet(HttpAnswer answer) =>
        Status.IsMet(answer)
        && (Condition is null || Condition.Evaluate(answer.Body)?.GetValueKind() is JsonValueKind.True);

    public void Check(HttpRequestMessage request, HttpAnswer answer, SecretScope secrets)
    {
        Status.Check(request, answer, secrets);

        if (Condition is not null && Condition.Evaluate(answer.Body)?.GetValueKind() is not JsonValueKind.True)
            throw ActionFailure.Unexpected(secrets.Mask(
                $"{HttpName.Of(request)} answered {answer.Status}, but 'expect.jmespath' ({Text}) is not true for "
                + $"its body: {HttpName.Excerpt(secrets.Mask(answer.Text))}"));
    }

    private static int StatusOf(JsonNode? node) =>
        node is JsonValue value && int.TryParse(value.ToString(), out var status) && status is >= 100 and <= 599
            ? status
            : throw ActionFailure.Invalid("'expect.status' must list HTTP statuses, such as [200, 201].");
}
