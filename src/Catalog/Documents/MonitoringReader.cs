using System.Text.RegularExpressions;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Reads the <c>monitoring</c> block, which is shown with the item as it is; the health check is probed.</summary>
internal static partial class MonitoringReader
{
    public static Monitoring? Read(MappingReader document, FindingList findings)
    {
        if (document.Section("monitoring", "'monitoring'") is not { } section)
        {
            return null;
        }

        var check = section.Section("healthCheck", "'healthCheck'") is { } written ? ReadHealthCheck(written, findings) : null;
        foreach (var dashboard in section.Optional<YamlSequence>("dashboards")?.Items ?? [])
        {
            ReadDashboard(dashboard, findings);
        }

        section.Done();
        return new Monitoring(section.Mapping.ToJson(), check);
    }

    private static HealthCheck? ReadHealthCheck(MappingReader check, FindingList findings)
    {
        var url = CheckUrl(check.RequiredText("url"), check.PlaceOf("url"), findings);
        var interval = check.Duration("interval") ?? HealthCheck.DefaultInterval;
        check.Done();
        return url is null ? null : new HealthCheck(url, interval);
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

    /// <returns>null when it is none, which is told.</returns>
    private static Uri? CheckUrl(string? url, Place place, FindingList findings)
    {
        if (url is null)
        {
            return null;
        }

        if (!Written().IsMatch(url))
        {
            findings.Error("schema.value", place, $"'{url}' must begin with https:// or http://.", "templates are not rendered here");
            return null;
        }

        if (!UrlText.IsAbsolute(url))
        {
            findings.Error("url.invalid", place, $"'{url}' is no URL, or one with a user name in it.");
            return null;
        }

        return new Uri(url);
    }

    [GeneratedRegex(@"^https?://[^\s/{]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Written();
}
