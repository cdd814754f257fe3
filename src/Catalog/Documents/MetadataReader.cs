using System.Text.Json.Nodes;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

internal sealed record Metadata(
    string Id,
    string Name,
    string Description,
    string Version,
    string Category,
    Owner Owner,
    IReadOnlyList<string> Tags,
    JsonObject Json);

/// <summary>Reads the <c>metadata</c> block and holds it to the conventions.</summary>
internal static class MetadataReader
{
    private const int MaxId = 100;
    private const int MinDescription = 50;
    private const int MaxDescription = 500;

    /// <summary>The keys that every document has.</summary>
    public static IReadOnlyList<string> Required { get; } = ["id", "name", "description", "version", "category", "owner"];

    private static readonly string[] Fixed =
        ["id", "name", "description", "version", "category", "owner", "tags", "sla"];

    public static Metadata? Read(MappingReader document, string file, bool isBundle, FindingList findings)
    {
        if (document.RequiredSection("metadata", "'metadata'") is not { } section)
        {
            return null;
        }

        var id = section.RequiredText("id");
        var name = section.RequiredText("name");
        var description = section.RequiredText("description");
        var version = section.RequiredText("version");
        var category = section.RequiredText("category");
        var owner = ReadOwner(section, findings);
        var tags = section.Texts("tags");
        if (section.Section("sla", "'sla'") is { } sla)
        {
            sla.Text("fulfillmentTime");
            sla.Text("support");
            sla.Done();
        }

        ReadFreeKeys(section, findings);
        section.Done();
        CheckId(id, section, findings);
        CheckTexts(description, version, section, findings);
        if (isBundle)
        {
            BundleConventions.Check(id, file, section, findings);
        }
        else
        {
            CheckCategory(id, file, category, section, findings);
        }

        CheckFileName(file, findings);
        return id is null || name is null || description is null || version is null || category is null || owner is null
            ? null
            : new Metadata(id, name, description, version, category, owner, tags, section.Mapping.ToJson());
    }

    private static Owner? ReadOwner(MappingReader metadata, FindingList findings)
    {
        if (metadata.RequiredSection("owner", "'owner'") is not { } section)
        {
            return null;
        }

        var team = section.RequiredText("team");
        var contact = section.RequiredText("contact");
        section.Done();
        if (contact is not null && !Spelling.IsEmail(contact))
        {
            findings.Error("owner.contact", section.PlaceOf("contact"), $"'{contact}' is not an e-mail address.");
        }

        return team is null || contact is null ? null : new Owner(team, contact);
    }

    /// <summary>Authors may add plain values of their own, which templates read as <c>metadata.x</c>.</summary>
    private static void ReadFreeKeys(MappingReader section, FindingList findings)
    {
        foreach (var entry in section.Mapping.Entries.Where(entry => !Fixed.Contains(entry.Key)))
        {
            var near = Nearest.To(entry.Key, Fixed);
            if (near is not null && section.Mapping.Find(near) is null && (entry.Value is not YamlScalar || Required.Contains(near)))
            {
                continue; // Done() reports it: a misspelt key of the format
            }

            section.Any(entry.Key);
            if (entry.Value is not YamlScalar)
            {
                findings.Error(
                    "schema.type", entry.Value.Place, $"'{entry.Key}' must be a plain value, not {entry.Value.Kind}: keys of your own hold no more.",
                    $"the format's own are {string.Join(", ", Fixed)}");
            }
            else if (!Spelling.IsCamelCase(entry.Key))
            {
                findings.Error("key.camel-case", entry.KeyPlace, $"The key '{entry.Key}' must be camelCase.");
            }
            else if (near is not null)
            {
                findings.Warning(
                    "metadata.similar-key", entry.KeyPlace, $"'{entry.Key}' is taken as a key of your own.", $"did you mean '{near}'?");
            }
        }
    }

    private static void CheckId(string? id, MappingReader section, FindingList findings)
    {
        if (id is null)
        {
            return;
        }

        if (!Spelling.IsKebabCase(id))
        {
            findings.Error(
                "id.kebab-case", section.PlaceOf("id"), $"The id '{id}' must be kebab-case: lower-case words and digits joined by '-'.");
        }

        if (Spelling.Length(id) > MaxId)
        {
            findings.Error("id.length", section.PlaceOf("id"), $"An id has at most {MaxId} characters.");
        }
    }

    private static void CheckTexts(string? description, string? version, MappingReader section, FindingList findings)
    {
        if (description is not null && Spelling.Length(description) is < MinDescription or > MaxDescription)
        {
            CheckLength(Spelling.Length(description), section.PlaceOf("description"), findings);
        }

        if (version is not null && !Spelling.IsSemver(version))
        {
            findings.Error(
                "version.semver", section.PlaceOf("version"), $"The version '{version}' is not semantic.", "write for example 1.0.0");
        }
    }

    private static void CheckLength(int length, Place place, FindingList findings)
    {
        if (length > MaxDescription)
        {
            findings.Error(
                "description.length", place, $"The description has {length} characters; at most {MaxDescription} are allowed.");
        }
        else
        {
            findings.Warning(
                "description.short", place, $"The description has {length} characters; with fewer than {MinDescription} nobody knows what they get.");
        }
    }

    private static void CheckFileName(string file, FindingList findings)
    {
        var name = Path.GetFileNameWithoutExtension(file.Split('/')[^1]);
        if (!Spelling.IsKebabCase(name))
        {
            findings.Warning("file.kebab-case", Place.Start, $"The file name '{name}' should be kebab-case.");
        }
    }

    private static void CheckCategory(string? id, string file, string? category, MappingReader section, FindingList findings)
    {
        if (category is null)
        {
            return;
        }

        var segments = file.Split('/');
        var folder = segments.Length > 1 ? segments[^2] : category;
        var isNamedAfter = id is not null
            && (id.StartsWith(category + "-", StringComparison.Ordinal) || id.StartsWith(folder + "-", StringComparison.Ordinal));
        if (id is not null && Spelling.IsKebabCase(id) && (!isNamedAfter || id.Split('-').Length < 3))
        {
            findings.Warning("id.pattern", section.PlaceOf("id"), $"The id '{id}' should be {{category}}-{{service}}-{{variant}}.");
        }

        if (folder != category)
        {
            findings.Warning(
                "file.category", section.PlaceOf("category"),
                $"The category is '{category}', but the file is in the folder '{folder}'.");
        }
    }
}
