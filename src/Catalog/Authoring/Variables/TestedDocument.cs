using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Forms;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Authoring.Variables;

/// <summary>A document as far as its templates go, with or without mistakes in them.</summary>
internal sealed record TestedDocument(Form Form, JsonObject Metadata, IReadOnlyList<TestedPart> Parts)
{
    /// <summary>What is wrong with the document is told by who checks it; here it is only passed over.</summary>
    /// <returns>Null when its form has mistakes, or all of it very many.</returns>
    public static TestedDocument? Read(YamlMapping root, CatalogSnapshot catalog, TimeProvider clock)
    {
        try
        {
            return Read(root, catalog, new FindingList(""), clock);
        }
        catch (FindingsFullException)
        {
            return null;
        }
    }

    /// <param name="text">The text that the entry was read from; null when it is not at hand.</param>
    public static TestedDocument Of(CatalogEntry entry, YamlNode? text) => new(entry.Form, entry.Metadata, [.. entry switch
    {
        CatalogItem item => TestedPart.Of("manual", Written(text, "manual", item.ManualActions))
            .Concat(TestedPart.Of("automatic", Written(text, "automatic", item.AutomaticActions))),
        CatalogBundle bundle => TestedPart.Of(
            [.. bundle.Components.Select((component, index) => Written(text, component, index))],
            bundle.Components.Select(one => one.Item).DistinctBy(item => item.Id).ToDictionary(item => item.Id)),
        _ => throw new InvalidOperationException($"No way to test a {entry.GetType().Name}."),
    }]);

    private static TestedDocument? Read(YamlMapping root, CatalogSnapshot catalog, FindingList ignored, TimeProvider clock)
    {
        var document = new MappingReader(root, "", ignored);
        var form = new FormReader(ignored, clock).Read(document);
        if (ignored.HasErrors)
        {
            return null; // it can not be filled in
        }

        var metadata = (root.Find("metadata") as YamlMapping)?.ToJson() ?? [];
        if (root.Find("components") is not null)
        {
            var components = new ComponentGraph(new ComponentReader(ignored).Read(document), ignored).Connect();
            return new TestedDocument(form, metadata, [.. TestedPart.Of(components, catalog.Items)]);
        }

        var fulfillment = FulfillmentReader.Read(document, ignored);
        return new TestedDocument(form, metadata, fulfillment is null
            ? []
            : [.. TestedPart.Of("manual", fulfillment.Manual), .. TestedPart.Of("automatic", fulfillment.Automatic)]);
    }

    private static List<WrittenAction> Written(YamlNode? text, string mode, IReadOnlyList<ActionDefinition> actions) =>
        [.. actions.Select((action, index) => new WrittenAction(
            action,
            At(text, index, "fulfillment", mode, "actions") ?? Source(
                Pointer.Root.Child("fulfillment").Child(mode).Child("actions").Child(index), action.Condition, action.Config, action.Outputs)))];

    private static WrittenComponent Written(YamlNode? text, BundleComponent component, int index)
    {
        var source = At(text, index, "components")
            ?? Source(Pointer.Root.Child("components").Child(index), component.Condition, component.Config, null);
        return new WrittenComponent(component.Id, component.Item.Id, null, component.Condition, component.Outputs, source)
        {
            Dependencies = [.. component.DependsOn.Select(id => new Dependency(id, source.Place, null))],
        };
    }

    /// <summary>The mapping that stands there in the text.</summary>
    private static YamlMapping? At(YamlNode? text, int index, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            text = (text as YamlMapping)?.Find(key);
        }

        return text is YamlSequence { Items: var items } && index < items.Count ? items[index] as YamlMapping : null;
    }

    /// <summary>What is known without the text: only pointers are, no lines.</summary>
    private static YamlMapping Source(Pointer pointer, string? condition, JsonObject config, JsonNode? outputs)
    {
        var written = new JsonObject { ["config"] = config.DeepClone() };
        if (condition is not null)
        {
            written["condition"] = condition;
        }

        if (outputs is not null)
        {
            written["outputs"] = outputs.DeepClone();
        }

        return (YamlMapping)Tree(written, new Place(0, 0, pointer));
    }

    private static YamlNode Tree(JsonNode? node, Place place) => node switch
    {
        JsonObject properties => new YamlMapping(place, [.. properties.Select(
            one => new YamlEntry(one.Key, place.Child(one.Key), Tree(one.Value, place.Child(one.Key))))]),
        JsonArray items => new YamlSequence(place, [.. items.Select((item, index) => Tree(item, place.Child(index)))]),
        _ when Values.Text(node) is { } text => new YamlScalar(place, text, text),
        _ => new YamlScalar(place, null, node?.ToJsonString() ?? ""),
    };
}
