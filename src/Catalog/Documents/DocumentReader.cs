using System.Text.Json.Nodes;
using Pao.Catalog.Forms;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Reads a file of the catalog: YAML, then the rules of the format, then the templates.</summary>
internal sealed class DocumentReader(EnvironmentAllowList environment, ISet<string> reservedActivities, TimeProvider clock)
{
    private const string ItemKind = "CatalogItem";
    private const string BundleKind = "CatalogBundle";

    /// <summary>The operator's rules about secrets; null when there are none.</summary>
    public Func<SecretUse, string?>? WhySecretRefused { get; init; }

    /// <param name="utf8">YAML, or JSON, which is YAML too.</param>
    public CatalogDocument Read(string file, ReadOnlySpan<byte> utf8)
    {
        var findings = new FindingList(file);
        return Read(file, CatalogDocument.DigestOf(utf8), YamlReader.Read(utf8, findings), findings);
    }

    /// <param name="node">What the text holds; null when it can not be read, which the findings tell.</param>
    public CatalogDocument Read(string file, string digest, YamlNode? node, FindingList findings)
    {
        if (node is not YamlMapping root)
        {
            if (node is not null)
            {
                findings.Error("schema.type", node.Place, $"A document must be a mapping, not {node.Kind}.");
            }

            return new CatalogDocument(file, digest, null, Place.Start, findings.Sorted());
        }

        CatalogItem? item = null;
        WrittenBundle? bundle = null;
        try
        {
            switch (Kind(root, findings))
            {
                case ItemKind:
                    item = ReadItem(root, file, digest, findings);
                    break;
                case BundleKind:
                    bundle = new BundleReader(environment, clock).Read(root, file, digest, findings);
                    break;
                default:
                    break;
            }
        }
        catch (FindingsFullException)
        {
            // There is nothing to make of such a document; its author has enough to do.
        }

        return new CatalogDocument(
            file, digest, findings.HasErrors ? null : item, (root.Find("metadata") as YamlMapping)?.Find("id")?.Place ?? root.Place, findings.Sorted())
        {
            Bundle = bundle,
            ReplacedByPlace = (root.Find("lifecycle") as YamlMapping)?.Find("replacedBy")?.Place,
        };
    }

    private static string? Kind(YamlMapping root, FindingList findings)
    {
        switch (root.Find("kind"))
        {
            case YamlScalar { Value: ItemKind or BundleKind } kind:
                return kind.Text;
            case null:
                findings.Error(
                    "schema.required", root.Place, "A document must have 'kind'.",
                    Nearest.To("kind", root.Entries.Select(entry => entry.Key)) is { } near ? $"write 'kind' in place of '{near}'" : $"add 'kind: {ItemKind}'");
                return null;
            case YamlScalar scalar:
                findings.Error(
                    "kind.unknown", scalar.Place, $"There is no kind '{scalar.Text}'.",
                    Nearest.DidYouMean(scalar.Text, [ItemKind, BundleKind]) ?? $"known: {ItemKind}, {BundleKind}");
                return null;
            case var other:
                findings.Error("schema.type", other.Place, $"'kind' must be a string, not {other.Kind}.");
                return null;
        }
    }

    private CatalogItem? ReadItem(YamlMapping root, string file, string digest, FindingList findings)
    {
        var document = new MappingReader(root, "A document", findings);
        document.Any("kind");
        document.Choice("schemaVersion", ["catalog/v1"]);
        var metadata = MetadataReader.Read(document, file, isBundle: false, findings);
        var form = new FormReader(findings, clock).Read(document);
        var fulfillment = FulfillmentReader.Read(document, findings);
        var lifecycle = ReadLifecycle(document, findings);
        var access = ReadAccess(document);
        var monitoring = MonitoringReader.Read(document, findings);
        document.Done();
        var unavailable = fulfillment is null ? null : CheckActions(root, form, fulfillment, findings);
        if (metadata is null || fulfillment is not { Mode: { } mode })
        {
            return null;
        }

        return new CatalogItem
        {
            Id = metadata.Id,
            Name = metadata.Name,
            Description = metadata.Description,
            Version = metadata.Version,
            Category = metadata.Category,
            Owner = metadata.Owner,
            Tags = metadata.Tags,
            Metadata = metadata.Json,
            Form = form,
            Mode = mode,
            ManualActions = [.. fulfillment.Manual.Select(action => action.Definition)],
            AutomaticActions = [.. fulfillment.Automatic.Select(action => action.Definition)],
            Lifecycle = lifecycle,
            Access = access,
            Monitoring = monitoring,
            File = file,
            Digest = digest,
            Unavailable = unavailable,
        };
    }

    /// <summary>Also of a document that has mistakes elsewhere: they are all told at once.</summary>
    private string? CheckActions(YamlMapping root, Form form, Fulfillment fulfillment, FindingList findings)
    {
        new CustomActionRules(reservedActivities, findings).Check([.. fulfillment.Manual, .. fulfillment.Automatic]);
        var metadata = TemplateShapes.Of((root.Find("metadata") as YamlMapping)?.ToJson(), MetadataReader.Required);
        var fields = TemplateShapes.Of(form, WrittenFields.Of(root));
        return new TemplateRules(metadata, fields, form, environment, findings) { Secrets = SecretRules(root) }.Check(fulfillment);
    }

    private SecretRules? SecretRules(YamlMapping root)
    {
        var metadata = (root.Find("metadata") as YamlMapping)?.ToJson();
        return WhySecretRefused is { } why && metadata?["id"]?.ToString() is { } item
            ? new SecretRules(item, (metadata["owner"] as JsonObject)?["team"]?.ToString(), why)
            : null;
    }

    internal static Lifecycle? ReadLifecycle(MappingReader document, FindingList findings)
    {
        if (document.Section("lifecycle", "'lifecycle'") is not { } section)
        {
            return null;
        }

        var lifecycle = new Lifecycle(
            section.Flag("deprecated"),
            section.Date("deprecationDate"),
            section.Date("sunsetDate"),
            section.Text("replacedBy"),
            section.Text("message"));
        section.Done();
        if (lifecycle.SunsetDate < lifecycle.DeprecationDate)
        {
            findings.Error(
                "lifecycle.order", section.PlaceOf("sunsetDate"), "'sunsetDate' must not be before 'deprecationDate'.");
        }

        return lifecycle;
    }

    internal static Access? ReadAccess(MappingReader document)
    {
        if (document.Section("access", "'access'") is not { } section)
        {
            return null;
        }

        var access = new Access(section.Texts("teams"), section.Choices("roles", Access.RoleWords));
        section.Done();
        return access;
    }
}
