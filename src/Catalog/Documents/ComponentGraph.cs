using Pao.Catalog.Templates;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Finds what each component waits for, and that none waits for itself in the end.</summary>
internal sealed class ComponentGraph(IReadOnlyList<WrittenComponent> components, FindingList findings)
{
    private readonly Dictionary<string, WrittenComponent> _byId =
        components.Where(component => component.Id.Length > 0).DistinctBy(component => component.Id)
            .ToDictionary(component => component.Id, StringComparer.Ordinal);

    private readonly Dictionary<string, IReadOnlyList<Dependency>> _dependencies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <returns>The components with their dependencies.</returns>
    public IReadOnlyList<WrittenComponent> Connect()
    {
        foreach (var component in components)
        {
            _dependencies[component.Id] = [.. Written(component).Concat(Implied(component))];
        }

        foreach (var component in components)
        {
            Follow(component.Id, []);
        }

        return [.. components.Select(component => component with { Dependencies = _dependencies[component.Id] })];
    }

    private IEnumerable<Dependency> Written(WrittenComponent component)
    {
        foreach (var item in (component.Source.Find("dependsOn") as YamlSequence)?.Items ?? [])
        {
            if (item is not YamlScalar { Value: string on })
            {
                continue; // reported by the reader
            }

            if (on == component.Id)
            {
                findings.Error("component.depends-on", item.Place, $"'{on}' depends on itself.");
            }
            else if (_byId.ContainsKey(on))
            {
                yield return new Dependency(on, item.Place, null);
            }
            else
            {
                var others = _byId.Keys.Where(id => id != component.Id).ToList();
                findings.Error(
                    "component.depends-on", item.Place, $"No component has the id '{on}'.",
                    Nearest.DidYouMean(on, others) ?? (others.Count == 0 ? null : $"there are {string.Join(", ", others.Take(20))}"));
            }
        }
    }

    private IEnumerable<Dependency> Implied(WrittenComponent component)
    {
        foreach (var template in ComponentTemplateSource.Of(component))
        {
            if (template.TryParse() is not { } parsed)
            {
                continue; // reported with the templates
            }

            var references = ComponentReferences.In(parsed);
            if (references.Unclear)
            {
                findings.Error(
                    "component.reference", template.Node.Place, "Which component is meant must be plain to see.",
                    "write components.{id}.outputs.{name}");
            }

            foreach (var id in references.Ids.Where(_byId.ContainsKey))
            {
                if (id == component.Id)
                {
                    findings.Error("component.depends-on", template.Node.Place, $"'{id}' depends on itself: it uses outputs of its own.");
                }
                else
                {
                    yield return new Dependency(id, template.Node.Place, template.Name);
                }
            }
        }
    }

    /// <summary>At most a hundred deep, as a bundle has no more components.</summary>
    private void Follow(string id, List<string> path)
    {
        if (_done.Contains(id))
        {
            return;
        }

        path.Add(id);
        foreach (var dependency in _dependencies[id].DistinctBy(dependency => dependency.On))
        {
            if (path.IndexOf(dependency.On) is var from and >= 0)
            {
                Report([.. path[from..], dependency.On], dependency);
            }
            else
            {
                Follow(dependency.On, path);
            }
        }

        path.RemoveAt(path.Count - 1);
        _done.Add(id);
    }

    private void Report(IReadOnlyList<string> circle, Dependency closing) => findings.Error(
        "component.cycle", closing.Place, $"Components wait for each other in a circle: {string.Join(" → ", circle)}.",
        closing.Where is { } where ? $"'{circle[^2]}' waits for '{closing.On}' because '{where}' uses its outputs" : null);
}
