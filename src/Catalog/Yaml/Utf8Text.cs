using System.Text;

namespace Pao.Catalog.Yaml;

/// <summary>The bytes of a document as text, or what is wrong with them.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The text without a byte order mark; null when the bytes are none, which is told.</returns>
    public static string? Decode(ReadOnlySpan<byte> utf8, TreeBounds bounds, FindingList findings)
    {
        if (utf8.Length > bounds.Bytes)
        {
            findings.Error("yaml.size", Place.Start, $"The document is larger than {bounds.Bytes / 1024 / 1024} MiB.");
            return null;
        }

        try
        {
            var text = Strict.GetString(utf8);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException failure)
        {
            findings.Error("yaml.encoding", PlaceOf(utf8, failure.Index), $"The document is not UTF-8: byte {failure.Index} is wrong.");
            return null;
        }
    }

    /// <summary>Of a byte before which all is ASCII, or nearly.</summary>
    private static Place PlaceOf(ReadOnlySpan<byte> utf8, int index)
    {
        var before = utf8[..Math.Clamp(index, 0, utf8.Length)];
        return new Place(before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'), Pointer.Root);
    }
}
