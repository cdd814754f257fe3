using Pao.Catalog.Documents;

namespace Pao.Catalog.Loading;

/// <summary>A document as its file has it, and by what it is told apart from others.</summary>
internal sealed record DocumentText(ReadOnlyMemory<byte> Bytes, string Digest)
{
    public static DocumentText Of(ReadOnlyMemory<byte> bytes) => new(bytes, CatalogDocument.DigestOf(bytes.Span));
}
