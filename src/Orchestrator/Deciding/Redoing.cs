using Pao.Catalog;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Deciding;

/// <summary>
/// What has to be done anew when fields of a request change: whatever names one of them, and whatever names an output of
/// that. Everything else stays.
/// </summary>
internal sealed class Redoing
{
    private readonly HashSet<(string? Component, string Action)> _actions = [];
    private readonly List<string> _components = [];

    private Redoing()
    {
    }

    /// <summary>The components whose own fields, condition or actions change, in the bundle's order.</summary>
    public IReadOnlyList<string> Components => _components;

    public bool IsRedone(string? component, string action) => _actions.Contains((component, action));

    /// <param name="item">What was requested.</param>
    /// <param name="actionsOf">The actions that an item, or a component's, is fulfilled by.</param>
    /// <param name="changed">The fields that change.</param>
    /// <param name="all">The fields of the form.</param>
    public static Redoing Of(
        PinnedItem item, Func<string?, IReadOnlyList<ActionDefinition>> actionsOf, IReadOnlySet<string> changed, IReadOnlySet<string> all)
    {
        var redoing = new Redoing();
        if (item.Bundle is { } bundle)
            redoing.Add(bundle, actionsOf, changed, all);
        else
            redoing.Add(component: null, actionsOf(null), changed, all);
        return redoing;
    }

    private void Add(
        PinnedBundle bundle, Func<string?, IReadOnlyList<ActionDefinition>> actionsOf, IReadOnlySet<string> changed, IReadOnlySet<string> all)
    {
        // Those a component depends on come first, so one pass over an ordered list finds everything.
        HashSet<string> redone = [];
        foreach (var component in Ordered(bundle.Components))
        {
            var fields = component.Definition.Config
                .Where(field => TemplateUse.Of(field.Value) is var use && (use.UsesField(changed, all) || use.UsesComponent(redone)))
                .Select(field => field.Key)
                .ToHashSet(StringComparer.Ordinal);
            var condition = TemplateUse.OfCondition(component.Definition);
            var own = component.Definition.Form.Fields.Select(field => field.Id).ToHashSet(StringComparer.Ordinal);
            var before = _actions.Count;
            Add(component.Id, actionsOf(component.Id), fields, own);
            if (fields.Count > 0 || _actions.Count > before || condition.UsesField(changed, all) || condition.UsesComponent(redone))
                redone.Add(component.Id);
        }

        _components.AddRange(bundle.Components.Select(component => component.Id).Where(redone.Contains));
    }

    private void Add(string? component, IReadOnlyList<ActionDefinition> actions, IReadOnlySet<string> changed, IReadOnlySet<string> all)
    {
        HashSet<string> redone = [];
        foreach (var action in ActionOrder.Of(actions))
        {
            var use = TemplateUse.Of(action);
            if (!use.UsesField(changed, all) && !use.UsesOutputOf(redone))
                continue;

            redone.Add(action.Id);
            _actions.Add((component, action.Id));
        }
    }

    private static List<PinnedComponent> Ordered(IReadOnlyList<PinnedComponent> components)
    {
        List<PinnedComponent> ordered = [];
        List<PinnedComponent> left = [.. components];
        while (left.Find(component => !left.Exists(other => component.DependsOn.Contains(other.Id))) is { } next)
        {
            left.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered, .. left];
    }
}
