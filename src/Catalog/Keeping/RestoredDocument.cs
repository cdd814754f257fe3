using Pao.Catalog.Documents;
using Pao.Catalog.Loading;

namespace Pao.Catalog.Keeping;

/// <summary>Makes a document from what was kept of it, by the rules of this build.</summary>
internal static class RestoredDocument
{
    public static LoadedDocument Of(KeptDocument kept, DocumentReader reader)
    {
        var text = DocumentText.Of(kept.Latest);
        var latest = reader.Read(kept.File, text.Bytes.Span);
        var document = new LoadedDocument(latest, text, kept.ContentId, latest.Item)
        {
            LastValid = latest.Item is not null || kept.IsLatestInForce ? text : kept.InForce is { } bytes ? DocumentText.Of(bytes) : null,
            RejectedSince = kept.RejectedSince,
        };
        if (document.IsLatestValid)
        {
            return latest.HasErrors
                ? document with { Refusal = RefusalOf(latest, "The version in force before this start") }
                : document with { Bundle = latest.Bundle };
        }

        return document.LastValid is { } valid ? WithValid(document, reader.Read(kept.File, valid.Bytes.Span)) : document;
    }

    private static LoadedDocument WithValid(LoadedDocument document, CatalogDocument valid) => valid.HasErrors
        ? document with { Refusal = RefusalOf(valid, "The last valid version of this document, in force before this start,") }
        : document with
        {
            InForce = document.Latest.HasErrors && valid.Item is { } item ? item with { IsStale = true } : null,
            Bundle = valid.Bundle,
        };

    private static Finding RefusalOf(CatalogDocument document, string what)
    {
        var reason = document.Findings.First(finding => finding.Severity is Severity.Error);
        return new(
            Severity.Error, "document.refused", $"{what} is not valid by the rules of this build: {reason.Rule}: {reason.Message}",
            document.File, 0, 0, "", "mend the document, or go back to the build before until it is mended");
    }
}
