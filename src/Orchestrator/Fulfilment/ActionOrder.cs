using Pao.Catalog;

namespace Pao.Orchestrator.Fulfilment;

internal static class ActionOrder
{
    /// <summary>The document's order, except that an action comes after those it depends on.</summary>
    public static IReadOnlyList<ActionDefinition> Of(IReadOnlyList<ActionDefinition> actions)
    {
        List<ActionDefinition> ordered = [];
        List<ActionDefinition> left = [.. actions];
        while (left.Count > 0)
        {
            var next = left.Find(action => !action.DependsOn.Any(id => left.Exists(other => other.Id == id)))
                ?? throw new InvalidOperationException(
                    $"The actions {string.Join(", ", left.Select(action => action.Id))} depend on each other.");
            left.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }
}
