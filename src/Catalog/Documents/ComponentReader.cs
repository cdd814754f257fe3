using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Reads the components of a bundle, each by itself.</summary>
internal sealed class ComponentReader(FindingList findings)
{
    private const int MaxComponents = 100;

    /// <summary>The longest id: sub-orchestrations are named after it.</summary>
    private const int MaxId = 60;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public IReadOnlyList<WrittenComponent> Read(MappingReader document)
    {
        var list = document.Required<YamlSequence>("components");
        if (list is { Items.Count: 0 or > MaxComponents })
        {
            findings.Error("schema.value", list.Place, $"'components' must have 1 to {MaxComponents} components, not {list.Items.Count}.");
        }

        return [.. document.Mappings("components", "A component").Take(MaxComponents).Select(ReadOne)];
    }

    private WrittenComponent ReadOne(MappingReader component)
    {
        var id = ReadId(component);
        var item = component.RequiredText("catalogItem");
        var range = ReadRange(component);
        component.Optional<YamlSequence>("dependsOn");
        component.Texts("dependsOn");
        component.Optional<YamlMapping>("config");
        var outputs = component.Optional<YamlSequence>("outputs") is null ? null : component.Texts("outputs");
        var condition = ActionReader.ReadCondition(component);
        component.Done();
        return new WrittenComponent(id, item, range, condition, outputs, component.Mapping);
    }

    private string ReadId(MappingReader component)
    {
        var id = component.RequiredText("id");
        if (id is null)
        {
            return "";
        }

        if (!Spelling.IsName(id))
        {
            findings.Error("id.name", component.PlaceOf("id"), $"The component's id '{id}' must be kebab- or camelCase.");
        }
        else if (id.Length > MaxId)
        {
            findings.Error("id.length", component.PlaceOf("id"), $"A component's id has at most {MaxId} characters.");
        }

        if (!_ids.Add(id))
        {
            findings.Error("id.duplicate", component.PlaceOf("id"), $"Another component has the id '{id}' already.");
        }

        return id;
    }

    private VersionRange? ReadRange(MappingReader component)
    {
        if (component.Text("version") is not { } written)
        {
            return null;
        }

        var range = VersionRange.Parse(written);
        if (range is null)
        {
            findings.Error(
                "component.range", component.PlaceOf("version"), $"'{written}' is no range of semantic versions.",
                "write for example ^1.2.0 or >=1.0.0 <3.0.0");
        }

        return range;
    }
}
