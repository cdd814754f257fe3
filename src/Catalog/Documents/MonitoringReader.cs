using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Reads the <c>monitoring</c> block, which is shown with the item as it is.</summary>
internal static partial class MonitoringReader
{
    public static JsonObject? Read(MappingReader document, FindingList findings)
    {
        if (document.Section("monitoring", "'monitoring'") is not { } section)
        {
            return null;
        }

        if (section.Section("healthCheck", "'healthCheck'") is { } check)
        {
            CheckUrl(check.RequiredText("url"), check.PlaceOf("url"), findings);
            check.Duration("interval");
            check.Done();
        }

        foreach (var dashboard in section.Optional<YamlSequence>("dashboards")?.Items ?? [])
        {
            ReadDashboard(dashboard, findings);
        }

        section.Done();
        return section.Mapping.ToJson();
    }

    private static void ReadDashboard(YamlNode dashboard, FindingList findings)
    {
        switch (dashboard)
        {
            case YamlScalar { Value: string url }:
                CheckUrl(url, dashboard.Place, findings);
                break;
            case YamlMapping mapping:
                var named = new MappingReader(mapping, "A dashboard", findings);
                named.RequiredText("name");
                CheckUrl(named.RequiredText("url"), named.PlaceOf("url"), findings);
                named.Done();
                break;
            default:
                findings.Error("schema.type", dashboard.Place, $"A dashboard must be a URL or {{name, url}}, not {dashboard.Kind}.");
                break;
        }
    }

    private static void CheckUrl(string? url, Place place, FindingList findings)
    {
        if (url is null)
        {
            return;
        }

        if (!Written().IsMatch(url))
        {
            findings.Error("schema.value", place, $"'{url}' must begin with https:// or http://.", "templates are not rendered here");
        }
        else if (!UrlText.IsAbsolute(url))
        {
            findings.Error("url.invalid", place, $"'{url}' is no URL, or one with a user name in it.");
        }
    }

    [GeneratedRegex(@"^https?://[^\s/{]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Written();
}
