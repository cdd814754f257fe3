using Microsoft.Extensions.Options;
using Pao.Catalog.Documents;

namespace Pao.Catalog.Authoring;

/// <summary>Reads the form of a document that is in no catalog yet; nothing of it is kept.</summary>
public sealed class FormPreview(IOptions<CatalogOptions> options, TimeProvider clock)
{
    /// <summary>The name of a document that has none: it breaks no rule about names.</summary>
    private const string Nameless = "document.yaml";

    private readonly DocumentReader _reader = new(new EnvironmentAllowList(options), options.Value.ReservedActivities, clock);

    /// <param name="utf8">YAML, or JSON, which is YAML too; more than 1 MiB of it is a finding.</param>
    /// <returns>The form, null when the document has errors, and what was found in it, in the document's order.</returns>
    public (Form? Form, IReadOnlyList<Finding> Findings) Read(ReadOnlySpan<byte> utf8)
    {
        var document = _reader.Read(Nameless, utf8);
        return (
            document.Item?.Form,
            [.. document.Findings.Select(finding => finding with { File = null }).OrderBy(finding => finding.Line).ThenBy(finding => finding.Column)]);
    }
}
