using Pao.Catalog.Templates;

namespace Pao.Catalog.Documents;

/// <summary>
/// Checks the templates of a bundle's components. Without the items, what these have is unknown and not judged.
/// </summary>
/// <param name="items">The item of each component, by the component's id; those that are not known are absent.</param>
internal sealed class ComponentTemplateRules(
    WrittenBundle bundle, IReadOnlyDictionary<string, CatalogItem> items, EnvironmentAllowList environment, FindingList findings)
{
    private readonly TemplateFindings _templates = new(environment, findings);
    private readonly Shape _components = Components(bundle, items);

    /// <returns>Why the component can not be prepared here: what its templates need of the environment.</returns>
    public IReadOnlyList<string> Check(WrittenComponent component)
    {
        var scopes = ScopesOf(component);
        var reasons = new List<string>();
        foreach (var written in ComponentTemplateSource.Of(component))
        {
            var isCondition = written.Name is ComponentTemplateSource.ConditionName;
            var template = isCondition ? _templates.Condition(written.Source, written.Node, bundle.Entry.Form) : _templates.Parse(written.Source, written.Node);
            if (template is null)
            {
                continue;
            }

            if (template.Secrets().Any())
            {
                findings.Error(
                    "secret.place", written.Node.Place, "A component is given no secrets of the service.",
                    "name the secret in the item's own actions, or hand a password of the form on");
            }

            var (problems, namesPassword) = _templates.Check(template, written.Source, written.Node, scopes);
            if (namesPassword && (isCondition || template.Whole is null))
            {
                findings.Error("secret.alone", written.Node.Place, "A password is the whole value of a field, and nothing else.");
            }

            foreach (var (place, problem) in problems)
            {
                findings.Warning("template.environment", place, problem + " The bundle is shown, but nobody can request it.");
                reasons.Add(problem);
            }
        }

        return reasons;
    }

    private Dictionary<string, Shape> ScopesOf(WrittenComponent component) => new(StringComparer.Ordinal)
    {
        [Scopes.Fields] = bundle.Fields,
        [Scopes.Metadata] = Shape.Of(bundle.Entry.Metadata),
        [Scopes.Bundle] = Shape.Of(bundle.Entry.Metadata),
        [Scopes.Item] = items.TryGetValue(component.Id, out var item) ? Shape.Of(item.Metadata) : Shape.Unknown,
        [Scopes.Request] = TemplateShapes.Request,
        [Scopes.System] = TemplateShapes.System,
        [Scopes.Environment] = Shape.Unknown,
        [Scopes.Components] = _components,
    };

    private static Shape Components(WrittenBundle bundle, IReadOnlyDictionary<string, CatalogItem> items) => Shape.Of(
        bundle.Components.Where(component => component.Id.Length > 0).Select(component => KeyValuePair.Create(
            component.Id,
            Shape.Of([KeyValuePair.Create(
                "outputs",
                items.TryGetValue(component.Id, out var item) ? ComponentOutputs.Of(item, component) : Shape.Unknown)]))));
}
