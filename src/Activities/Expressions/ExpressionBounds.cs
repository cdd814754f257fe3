using System.Text.RegularExpressions;

namespace Pao.Activities.Expressions;

/// <summary>
/// What an expression could do to this process, read from its text before it is parsed. JMESPath has no loops, but each
/// step may copy what it is given several times, so that twenty short steps make gigabytes of a small response.
/// </summary>
internal static partial class ExpressionBounds
{
    public const int MaxLength = 1024;

    // The functions of the JMESPath specification. The library has more, some of which write texts of any length.
    private static readonly HashSet<string> Functions =
    [
        "abs", "avg", "ceil", "contains", "ends_with", "floor", "join", "keys", "length", "map", "max", "max_by", "merge",
        "min", "min_by", "not_null", "reverse", "sort", "sort_by", "starts_with", "sum", "to_array", "to_number",
        "to_string", "type", "values",
    ];

    /// <summary>By what factor the expression could make a response larger, at most.</summary>
    public static double Growth(string expression)
    {
        if (expression.Length > MaxLength)
            throw ActionFailure.Invalid($"A JMESPath expression of {expression.Length} characters is too long; at most {MaxLength}.");

        var tokens = Token().Matches(expression).Select(match => match.Value).ToArray();
        var growth = 1.0;
        var open = new Stack<int>(); // how many parts each open bracket has so far

        for (var i = 0; i < tokens.Length; i++)
        {
            switch (tokens[i])
            {
                case "$":
                    throw Refused(expression, "'$' is not JMESPath");
                case "(" when i > 0 && IsName(tokens[i - 1]):
                    growth *= GrowthOfCall(expression, tokens[i - 1], tokens.ElementAtOrDefault(i + 1));
                    open.Push(1);
                    break;
                case "(" or "[" or "{":
                    open.Push(1);
                    break;
                case "," when open.TryPop(out var parts):
                    open.Push(parts + 1);
                    break;
                case ")" or "]" or "}" when open.TryPop(out var parts):
                    growth *= parts;
                    break;
            }
        }

        return growth;
    }

    private static double GrowthOfCall(string expression, string function, string? argument)
    {
        if (!Functions.Contains(function))
            throw Refused(expression, $"there is no function '{function}'");

        return function switch
        {
            "to_string" => 2, // quotes are escaped, then their escapes
            "join" when argument?[0] is '\'' => argument.Length,
            "join" => throw Refused(expression, "the separator of join must be written in it: join(', ', …)"),
            _ => 1,
        };
    }

    private static bool IsName(string token) => token.Length > 0 && (char.IsAsciiLetter(token[0]) || token[0] is '_');

    private static ActionFailedException Refused(string expression, string why) =>
        ActionFailure.Invalid($"The JMESPath expression '{expression}' cannot be used: {why}.");

    // Names, quoted names, raw strings and literals are one token each; everything else is a token by character.
    [GeneratedRegex("""[A-Za-z_][A-Za-z0-9_]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\S""", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
