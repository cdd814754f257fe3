using System.Text.Json.Nodes;
using Pao.Catalog.Templates;

namespace Pao.Catalog;

/// <summary>
/// What templates depend on, so that a correction does anew what it must and nothing else. What is not plain to see counts
/// as used.
/// </summary>
public sealed class TemplateUse
{
    private readonly List<NamedPath> _paths = [];
    private bool _unclear;

    private TemplateUse()
    {
    }

    public static TemplateUse Of(ActionDefinition action) => new TemplateUse().With(action.Config).With(action.Condition);

    /// <summary>What decides whether a component is skipped.</summary>
    public static TemplateUse OfCondition(ComponentDefinition component) => new TemplateUse().With(component.Condition);

    /// <summary>What one value of a component's config depends on.</summary>
    public static TemplateUse Of(JsonNode? value) => new TemplateUse().With(value);

    /// <summary>Whether one of these fields is used, by its id or below its group's.</summary>
    public bool UsesField(IReadOnlySet<string> fields, IReadOnlySet<string> allFields) =>
        fields.Count > 0 && (_unclear || Below(Scopes.Fields).Any(keys => keys switch
        {
            [] => true,
            [var id, ..] when allFields.Contains(id) => fields.Contains(id),
            [_, var id, ..] => fields.Contains(id),
            _ => true, // a whole group
        }));

    /// <summary>Whether outputs of one of these earlier actions are used.</summary>
    public bool UsesOutputOf(IReadOnlySet<string> actions) => Uses(Scopes.Output, actions);

    /// <summary>Whether outputs of one of these components are used.</summary>
    public bool UsesComponent(IReadOnlySet<string> components) => Uses(Scopes.Components, components);

    private bool Uses(string scope, IReadOnlySet<string> names) =>
        names.Count > 0 && (_unclear || Below(scope).Any(keys => keys.Count == 0 || names.Contains(keys[0])));

    private IEnumerable<IReadOnlyList<string>> Below(string scope) => _paths.Where(path => path.Root == scope).Select(path => path.Keys);

    private TemplateUse With(string? source)
    {
        if (source is null || !Template.HasTags(source))
        {
            return this;
        }

        var paths = NamedPaths.In(Template.Parse(source));
        _paths.AddRange(paths.All);
        _unclear |= paths.Variables.Contains(Scopes.Components);
        return this;
    }

    private TemplateUse With(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members)
                {
                    With(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    With(item);
                }

                break;
            case JsonValue value:
                With(Values.Text(value));
                break;
        }

        return this;
    }
}
