using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using DevLab.JmesPath;
using DevLab.JmesPath.Expressions;
using Newtonsoft.Json.Linq;

namespace Pao.Activities.Expressions;

/// <summary>A compiled JMESPath expression over a response's body.</summary>
internal sealed class ResponseExpression
{
    private const double LargestWork = 32 * 1024 * 1024;

    private readonly string _text;
    private readonly double _growth;
    private readonly JmesPathExpression _expression;

    // The library keeps the state of an evaluation in the expression's functions and scopes.
    private readonly Lock _evaluation = new();

    public ResponseExpression(string text)
    {
        _text = text;
        _growth = ExpressionBounds.Growth(text);
        _expression = Compile(text);
    }

    /// <summary>The expression's value; null when it selects nothing.</summary>
    public JsonNode? Evaluate(JsonNode? body)
    {
        var json = body?.ToJsonString() ?? "null";
        if (_growth * json.Length > LargestWork)
            throw ActionFailure.Unexpected(
                $"The JMESPath expression '{_text}' copies too much for a response of {json.Length} characters.");

        return new ExpressionResult(_text).Read(Transform(json));
    }

    [SuppressMessage("Design", "CA1031", Justification = "The library tells of every mistake by a bare Exception.")]
    private static JmesPathExpression Compile(string text)
    {
        try
        {
            return new JmesPath().Parse(text);
        }
        catch (Exception mistake)
        {
            throw ActionFailure.Invalid($"The JMESPath expression '{text}' cannot be used: {mistake.Message}");
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The library tells of every mistake by a bare Exception.")]
    private JToken? Transform(string json)
    {
        try
        {
            lock (_evaluation)
                return _expression.Transform(JmesPath.ParseJson(json)).AsJToken();
        }
        catch (Exception mistake)
        {
            throw ActionFailure.Unexpected($"The JMESPath expression '{_text}' does not fit the response: {mistake.Message}");
        }
    }
}
