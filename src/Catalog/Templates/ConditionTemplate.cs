using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>The condition of an action or of a component: one expression that is true or false.</summary>
internal static class ConditionTemplate
{
    public static bool Holds(string condition, IReadOnlyDictionary<string, JsonNode> scopes, DateTimeOffset now, Budget? whole = null)
    {
        try
        {
            var expression = Template.Parse(condition).Whole
                ?? throw new TemplateException("a condition is one expression.", "write for example fields.notify == true");
            return Values.Flag(new Evaluator(scopes, now, new Budget(whole)).Evaluate(expression))
                ?? throw new TemplateException($"'{expression.Written}' is neither true nor false.", "compare it: x == 'y'");
        }
        catch (TemplateException failure)
        {
            throw new TemplateException($"condition: {failure.Message}", failure.Suggestion);
        }
    }
}
