namespace Pao.Catalog.Documents;

/// <summary>How bundles are named, and where they lie.</summary>
internal static class BundleConventions
{
    private static readonly string[] Folders = ["bundles", "solutions"];

    public static void Check(string id, string file, MappingReader metadata, FindingList findings)
    {
        if (Spelling.IsKebabCase(id) && !(id.StartsWith("bundle-", StringComparison.Ordinal) && id.Split('-').Length >= 3))
        {
            findings.Error("id.bundle", metadata.PlaceOf("id"), $"The id '{id}' must be bundle-{{solution}}-{{variant}}.");
        }

        var segments = file.Split('/');
        if (segments.Length > 1 && !Folders.Contains(segments[^2]))
        {
            findings.Warning(
                "file.bundle", Yaml.Place.Start, $"A bundle should be in the folder 'bundles', not in '{segments[^2]}'.");
        }
    }
}
