using Pao.Catalog.Documents;
using Pao.Catalog.Forms.Patterns;

namespace Pao.Catalog.Loading.Bundles;

/// <summary>Puts bundles together with the items of one snapshot, and holds them to the rules between them.</summary>
internal sealed class BundleAssembly(
    IReadOnlyDictionary<string, CatalogItem> items, EnvironmentAllowList environment, DateTimeOffset now)
{
    private readonly ItemSelection _selection = new(items, DateOnly.FromDateTime(now.UtcDateTime));

    /// <returns>The bundle, null when anything is wrong; and what is wrong.</returns>
    public (CatalogBundle? Bundle, IReadOnlyList<Finding> Findings) Assemble(WrittenBundle written)
    {
        var findings = new FindingList(written.Entry.File);
        try
        {
            return Assemble(written, findings);
        }
        catch (FindingsFullException)
        {
            return (null, findings.All);
        }
    }

    private (CatalogBundle? Bundle, IReadOnlyList<Finding> Findings) Assemble(WrittenBundle written, FindingList findings)
    {
        var reasons = new List<string>();
        var chosen = Choose(written, findings, reasons);
        var matching = new MatchingCost();
        var templates = new ComponentTemplateRules(written, chosen, environment, findings);
        var components = new List<BundleComponent>();
        foreach (var component in written.Components)
        {
            reasons.AddRange(templates.Check(component).Select(reason => Of(component, reason)));
            if (chosen.TryGetValue(component.Id, out var item))
            {
                CheckOutputs(component, item, findings);
                var config = new ComponentConfig(component, item, written.Entry.Form, matching, findings).Read();
                components.Add(Assembled(component, item, config, written));
            }
        }

        var bundle = findings.HasErrors
            ? null
            : written.Entry with
            {
                Components = components,
                Unavailable = reasons.Count == 0 ? null : string.Join(" ", reasons.Distinct(StringComparer.Ordinal)),
            };
        return (bundle, findings.All);
    }

    private Dictionary<string, CatalogItem> Choose(WrittenBundle written, FindingList findings, List<string> reasons)
    {
        var chosen = new Dictionary<string, CatalogItem>(StringComparer.Ordinal);
        foreach (var component in written.Components)
        {
            var (item, unavailable) = _selection.Choose(component, findings);
            if (item is not null && component.Id.Length > 0)
            {
                chosen.TryAdd(component.Id, item);
            }

            if (unavailable is not null)
            {
                reasons.Add(Of(component, unavailable));
            }
        }

        return chosen;
    }

    private static string Of(WrittenComponent component, string reason) => $"Component '{component.Id}': {reason}";

    private static void CheckOutputs(WrittenComponent component, CatalogItem item, FindingList findings)
    {
        var names = ComponentOutputs.Names(item);
        foreach (var output in (component.Source.Find("outputs") as Yaml.YamlSequence)?.Items.OfType<Yaml.YamlScalar>() ?? [])
        {
            if (output.Value is string name && !names.Contains(name))
            {
                findings.Error(
                    "component.output", output.Place, $"The item '{item.Id}' has no output '{name}'.",
                    Nearest.DidYouMean(name, names) ?? (names.Count == 0 ? "it has none" : $"it has {string.Join(", ", names)}"));
            }
        }
    }

    private static BundleComponent Assembled(
        WrittenComponent component, CatalogItem item, System.Text.Json.Nodes.JsonObject config, WrittenBundle written) => new()
        {
            Id = component.Id,
            Item = item,
            DependsOn = [.. written.Components.Select(other => other.Id).Where(id => component.Dependencies.Any(one => one.On == id))],
            Config = config,
            Outputs = component.Outputs,
            Condition = component.Condition,
        };
}
