using System.Text.Json.Nodes;

namespace Pao.Catalog.Documents;

/// <summary>Reads the <c>monitoring</c> block, which is shown with the item as it is.</summary>
internal static class MonitoringReader
{
    public static JsonObject? Read(MappingReader document)
    {
        if (document.Section("monitoring", "'monitoring'") is not { } section)
        {
            return null;
        }

        if (section.Section("healthCheck", "'healthCheck'") is { } check)
        {
            check.RequiredText("url");
            check.Duration("interval");
            check.Done();
        }

        section.Optional<Yaml.YamlSequence>("dashboards");
        section.Done();
        return section.Mapping.ToJson();
    }
}
