using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Catalog.Forms.Files;
using Pao.Catalog.Templates;
using Pao.Catalog.Templates.Surfaces;

namespace Pao.Catalog;

/// <summary>
/// Renders a component's <c>config</c> into the fields of its item, once, and holds them to the item's form. Given the same
/// scopes the result is the same, but for <c>uuid()</c> and what the form says of <c>today</c>.
/// </summary>
public sealed class ComponentTemplates(IOptions<CatalogOptions> options, TimeProvider clock)
{
    private readonly EnvironmentAllowList _environment = new(options);

    /// <summary>
    /// Whatever is wrong is told in <see cref="PreparedComponent.Errors"/>: templates that name what is not there, and fields
    /// that do not fit the item's form. A template without a value (<c>default(fields.x, nil)</c>) leaves its field out.
    /// </summary>
    public PreparedComponent Prepare(ComponentDefinition component, TemplateScopes scopes)
    {
        var named = new Dictionary<string, JsonNode>(NamedScopes.Of(scopes, _environment), StringComparer.Ordinal)
        {
            [Scopes.Components] = scopes.Components,
            [Scopes.Item] = scopes.Item,
            [Scopes.Bundle] = scopes.Bundle,
        };
        try
        {
            if (component.Condition is { } condition && !ConditionTemplate.Holds(condition, named, scopes.Now))
            {
                return new PreparedComponent(component.Id, Skipped: true, [], NoErrors);
            }
        }
        catch (TemplateException failure)
        {
            return Wrong(component, new Dictionary<string, string[]> { ["/condition"] = [Said(failure)] });
        }

        var rendering = new ComponentRendering(named, scopes.Now);
        rendering.Render(component.Config);
        return rendering.Errors.Count > 0 ? Wrong(component, rendering.Errors) : Validated(component, rendering.Fields);
    }

    private static IReadOnlyDictionary<string, string[]> NoErrors { get; } = new Dictionary<string, string[]>();

    /// <summary>A reference has no value to judge yet: its field counts as given.</summary>
    private PreparedComponent Validated(ComponentDefinition component, JsonObject rendered)
    {
        var secrets = rendered.Where(field => Reference.IsOne(field.Value)).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        var plain = new JsonObject(rendered
            .Where(field => !secrets.Contains(field.Key))
            .Select(field => KeyValuePair.Create(field.Key, SubmittedFile.Rewritten(field.Value) ?? field.Value?.DeepClone())));
        var result = (component.Form with { Clock = clock }).Validate(plain);
        var errors = result.Errors
            .Where(error => !secrets.Contains(error.Key["/fields/".Length..]))
            .ToDictionary(StringComparer.Ordinal);
        foreach (var clear in result.Secrets.Keys)
        {
            errors.TryAdd($"/fields/{clear}", ["takes nothing but a password of the bundle's form"]);
        }

        foreach (var unknown in secrets.Except(component.Form.Fields.Select(field => field.Id)))
        {
            errors.Add($"/fields/{unknown}", ["is no field of this form"]);
        }

        if (errors.Count > 0)
        {
            return Wrong(component, errors);
        }

        foreach (var secret in secrets)
        {
            result.Values[secret] = rendered[secret]?.DeepClone();
        }

        return new PreparedComponent(component.Id, Skipped: false, result.Values, NoErrors);
    }

    private static PreparedComponent Wrong(ComponentDefinition component, IReadOnlyDictionary<string, string[]> errors) =>
        new(component.Id, Skipped: false, [], errors);

    internal static string Said(TemplateException failure) =>
        failure.Suggestion is null ? failure.Message : $"{failure.Message} ({failure.Suggestion})";
}
