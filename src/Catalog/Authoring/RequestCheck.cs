using System.Text.Json.Nodes;
using Pao.Catalog.Documents;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Authoring;

/// <summary>
/// Judges what would be sent to request an item or a bundle, all mistakes at once, with their places in the JSON text.
/// Nothing is stored.
/// </summary>
public sealed class RequestCheck(TimeProvider clock)
{
    private const string ItemKey = "catalog_item_id";
    private const string FieldsKey = "fields";
    private const string TeamKey = "team";
    private const int MaxName = 200;

    public IReadOnlyList<Finding> Check(ReadOnlySpan<byte> utf8, CatalogSnapshot catalog)
    {
        var findings = new FindingList("");
        try
        {
            var root = JsonTree.Read(utf8, findings, TreeBounds.OfRequest());
            if (root is YamlMapping request)
            {
                CheckTexts(request, findings);
                Check(request, utf8, catalog, findings);
            }
            else if (root is not null)
            {
                findings.Error("schema.type", root.Place, $"A request must be an object, not {root.Kind}.");
            }
        }
        catch (FindingsFullException)
        {
            // The first hundred say enough.
        }

        return [.. findings.Sorted().Select(finding => finding with { File = null })];
    }

    /// <summary>PostgreSQL stores no U+0000.</summary>
    private static void CheckTexts(YamlNode node, FindingList findings)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    CheckText(entry.Key, entry.KeyPlace, findings);
                    CheckTexts(entry.Value, findings);
                }

                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                {
                    CheckTexts(item, findings);
                }

                break;
            case YamlScalar { Value: string text }:
                CheckText(text, node.Place, findings);
                break;
            default:
                break;
        }
    }

    private static void CheckText(string text, Place place, FindingList findings)
    {
        if (text.Contains('\0'))
        {
            findings.Error("request.text", place, "A text must not hold the character U+0000.");
        }
    }

    private void Check(YamlMapping root, ReadOnlySpan<byte> utf8, CatalogSnapshot catalog, FindingList findings)
    {
        var malformed = findings.HasErrors;
        // What may be left out may also be null.
        var request = new MappingReader(
            new YamlMapping(root.Place, [.. root.Entries.Where(entry => entry is not { Key: FieldsKey or TeamKey, Value: YamlScalar { Value: null } })]),
            "A request", findings);
        var id = Name(request, ItemKey, required: true, findings);
        Name(request, TeamKey, required: false, findings);
        request.Optional<YamlMapping>(FieldsKey);
        request.Done();
        if (id is null || Entry(id, request.PlaceOf(ItemKey), catalog, findings) is not { } entry || malformed)
        {
            return;
        }

        // The tree knows the places, and this the numbers exactly as they are written.
        var body = JsonNode.Parse(utf8.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8);
        if (body?[FieldsKey] is null or JsonObject)
        {
            CheckFields(entry, root, body?[FieldsKey] as JsonObject ?? [], findings);
        }
    }

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static string? Name(MappingReader request, string key, bool required, FindingList findings)
    {
        var before = findings.Errors;
        var text = required ? request.RequiredText(key) : request.Text(key);
        if (text is { Length: 0 or > MaxName } && findings.Errors == before)
        {
            findings.Error("schema.value", request.PlaceOf(key), $"'{key}' must have 1 to {MaxName} characters.");
        }

        return findings.Errors == before ? text : null;
    }

    private CatalogEntry? Entry(string id, Place place, CatalogSnapshot catalog, FindingList findings)
    {
        if (catalog.Find(id) is not { } entry)
        {
            findings.Error(
                "request.item", place, $"There is no item or bundle '{id}' in force.", Nearest.DidYouMean(id, catalog.Entries.Select(one => one.Id)));
            return null;
        }

        if (entry.WhyNotRequestable(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)) is { } reason)
        {
            findings.Error("request.unavailable", place, reason);
        }
        else if (entry.Lifecycle is { Deprecated: true } lifecycle)
        {
            findings.Warning(
                "request.deprecated", place, $"'{id}' is deprecated.",
                lifecycle.ReplacedBy is { } other ? $"request '{other}'" : lifecycle.Message);
        }

        return entry;
    }

    private static void CheckFields(CatalogEntry entry, YamlMapping root, JsonObject values, FindingList findings)
    {
        var written = root.Find(FieldsKey) as YamlMapping;
        var own = entry.Form.Fields.ToDictionary(field => Pointer.Root.Child(FieldsKey).Child(field.Id).ToString(), StringComparer.Ordinal);
        foreach (var (pointer, messages) in entry.Form.Validate(values).Errors)
        {
            var name = Unescaped(pointer[$"/{FieldsKey}/".Length..]);
            var place = written?.Find(name)?.Place ?? (written ?? root).Place with { Pointer = Pointer.Root.Child(FieldsKey).Child(name) };
            var message = own.TryGetValue(pointer, out var field) ? field.Limits.Message : null;
            foreach (var said in messages)
            {
                findings.Error("request.field", place, said == message ? said : $"'{name}' {said}.");
            }
        }
    }

    private static string Unescaped(string segment) =>
        segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
