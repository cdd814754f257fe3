using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog.Templates;

/// <summary>Renders every string of one action's configuration for the place it lands in.</summary>
internal sealed class ConfigRenderer(
    string actionType, JsonObject config, IReadOnlyDictionary<string, JsonNode> scopes, DateTimeOffset now, Budget? whole = null)
{
    private readonly string _bodyType = Landings.BodyType(config);

    public JsonObject Render()
    {
        Reference.Reject(config, "config");
        return (JsonObject)Render(config, [])!;
    }

    private JsonNode? Render(JsonNode? node, IReadOnlyList<string> path)
    {
        switch (node)
        {
            case JsonObject properties:
                return new JsonObject(properties.Select(one => KeyValuePair.Create(one.Key, Render(one.Value, [.. path, one.Key]))));
            case JsonArray items:
                return new JsonArray([.. items.Select((item, index) => Render(item, [.. path, $"{index}"]))]);
            case JsonValue value:
                try
                {
                    return Render(value, Landings.Of(actionType, path, _bodyType));
                }
                catch (TemplateException failure)
                {
                    throw new TemplateException($"config.{string.Join('.', path)}: {failure.Message}", failure.Suggestion);
                }

            default:
                return null;
        }
    }

    /// <summary>One value of the configuration, for the place it lands in.</summary>
    public JsonNode? Render(JsonValue value, Landing landing)
    {
        // Headers and queries carry text, whatever YAML made of 10 or true.
        if (value.GetValueKind() is not JsonValueKind.String)
        {
            return landing.IsText() ? JsonValue.Create(Functions.Written(value, "config")) : value.DeepClone();
        }

        var source = value.GetValue<string>();
        if (landing is Landing.Fixed)
        {
            return value.DeepClone();
        }

        var template = Template.Parse(source);
        var budget = new Budget(whole);
        var evaluator = new Evaluator(scopes, now, budget);
        return landing is Landing.Typed && template.Whole is { } expression
            ? Typed(expression, evaluator.Evaluate(expression))
            : new TemplateRenderer(evaluator, SurfaceOf(landing, budget)).Render(template);
    }

    private static JsonNode? Typed(Expr expression, JsonNode? value)
    {
        if (SecretFields.NameOf(expression, value) is null)
        {
            Reference.Reject(value, expression.Written);
        }

        return WholeText.Of(value, expression.Written)?.DeepClone();
    }

    private static Surface SurfaceOf(Landing landing, Budget budget) => landing switch
    {
        Landing.Url => new UrlSurface(budget),
        Landing.Header => new HeaderSurface(budget),
        Landing.Json => new JsonSurface(budget),
        Landing.Form => new FormSurface(budget),
        Landing.Hcl => new HclSurface(budget),
        Landing.JiraMarkup => new JiraSurface(budget),
        Landing.JiraSummary => new SummarySurface(budget),
        Landing.JiraLabel => PlainSurface.Label(budget),
        Landing.Line => PlainSurface.Line(budget),
        Landing.Word => PlainSurface.Word(budget),
        Landing.Path => PlainSurface.Path(budget),
        _ => new TextSurface(budget),
    };
}
