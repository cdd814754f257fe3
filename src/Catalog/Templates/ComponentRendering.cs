using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog.Templates;

/// <summary>Renders every value of one component's <c>config</c>; values are data, so each is plain text or itself.</summary>
internal sealed class ComponentRendering(IReadOnlyDictionary<string, JsonNode> scopes, DateTimeOffset now, Budget? whole = null)
{
    /// <summary>All fields together, in characters: they are kept in a history.</summary>
    private const int MaxTotal = 4 * 1024 * 1024;

    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);
    private long _total;

    public JsonObject Fields { get; } = [];

    /// <summary>JSON Pointer to messages.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => _errors;

    public void Render(JsonObject config)
    {
        foreach (var (id, value) in config)
        {
            try
            {
                if (Render(value) is { } rendered)
                {
                    Count(rendered);
                    Fields[id] = rendered;
                }
            }
            catch (TemplateException failure)
            {
                _errors[$"/fields/{id}"] = [ComponentTemplates.Said(failure)];
            }
        }
    }

    private JsonNode? Render(JsonNode? value)
    {
        switch (value)
        {
            case JsonArray items:
                return new JsonArray([.. items.Select(Render).Where(item => item is not null)]);
            case JsonValue text when text.GetValueKind() is JsonValueKind.String && Template.HasTags(text.GetValue<string>()):
                return Render(Template.Parse(text.GetValue<string>()));
            default:
                Reference.Reject(value, "config");
                return value?.DeepClone();
        }
    }

    /// <summary>One template of a value.</summary>
    public JsonNode? Render(Template template)
    {
        if (template.Parts is [Secret only])
        {
            return Reference.To(only.Reference);
        }

        if (template.Secrets().Any())
        {
            throw new TemplateException("A secret is the whole value of a field, or no part of it.", "write it alone: '{{ secrets.name }}'");
        }

        var budget = new Budget(whole);
        var evaluator = new Evaluator(scopes, now, budget);
        if (template.Whole is not { } expression)
        {
            return new TemplateRenderer(evaluator, new TextSurface(budget)).Render(template);
        }

        var value = evaluator.Evaluate(expression);
        if (SecretFields.NameOf(expression, value) is null)
        {
            Reference.Reject(value, expression.Written);
        }

        return value?.DeepClone();
    }

    private void Count(JsonNode rendered)
    {
        _total += rendered.ToJsonString(JsonText.Options).Length;
        if (_total > MaxTotal)
        {
            throw new TemplateException($"The fields of a component are longer than {MaxTotal / 1024} Ki characters together.");
        }
    }
}
