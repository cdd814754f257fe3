using Pao.Catalog.Forms;
using Pao.Catalog.Yaml;

namespace Pao.Catalog.Documents;

/// <summary>Reads a document of the kind <c>CatalogBundle</c>, and judges what can be judged without its items.</summary>
internal sealed class BundleReader(EnvironmentAllowList environment, TimeProvider clock)
{
    private static readonly Dictionary<string, CatalogItem> NoItems = [];

    /// <returns>Null when the document lacks what everything else is judged with.</returns>
    public WrittenBundle? Read(YamlMapping root, string file, string digest, FindingList findings)
    {
        var document = new MappingReader(root, "A bundle", findings);
        document.Any("kind");
        document.Choice("schemaVersion", ["catalog/v1"]);
        var metadata = MetadataReader.Read(document, file, isBundle: true, findings);
        var form = new FormReader(findings, clock).Read(document);
        var components = new ComponentGraph(new ComponentReader(findings).Read(document), findings).Connect();
        var mode = ReadMode(document);
        var lifecycle = DocumentReader.ReadLifecycle(document, findings);
        var access = DocumentReader.ReadAccess(document);
        var monitoring = MonitoringReader.Read(document);
        document.Done();
        if (metadata is null)
        {
            return null;
        }

        var bundle = new WrittenBundle(
            new CatalogBundle
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
                Components = [],
                Lifecycle = lifecycle,
                Access = access,
                Monitoring = monitoring,
                File = file,
                Digest = digest,
            },
            components);
        var templates = new ComponentTemplateRules(bundle, NoItems, environment, findings);
        foreach (var component in components)
        {
            templates.Check(component);
        }

        return bundle;
    }

    private static OrchestrationMode ReadMode(MappingReader document)
    {
        var mode = OrchestrationMode.Sequential;
        if (document.RequiredSection("fulfillment", "'fulfillment'") is not { } fulfillment)
        {
            return mode;
        }

        if (fulfillment.RequiredSection("orchestration", "'orchestration'") is { } orchestration)
        {
            orchestration.Required<YamlScalar>("mode");
            mode = orchestration.Choice("mode", ["sequential", "parallel"]) is "parallel" ? OrchestrationMode.Parallel : mode;
            orchestration.Done();
        }

        fulfillment.Done();
        return mode;
    }
}
