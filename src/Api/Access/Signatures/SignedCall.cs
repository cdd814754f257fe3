using System.Text;

namespace Pao.Api.Access.Signatures;

/// <summary>An HTTP call as its signature covers it.</summary>
/// <param name="Method">As sent.</param>
/// <param name="Path">As sent, escapes and all, without the query.</param>
/// <param name="Query">What follows the question mark.</param>
/// <param name="Headers">All of them; one that was sent several times has several values, in their order.</param>
internal sealed record SignedCall(string Method, string Path, SignedQuery Query, IReadOnlyDictionary<string, string[]> Headers)
{
    /// <summary>
    /// The texts that a signer may have hashed for this call. AWS's rule is to normalize the path and to encode what is on the
    /// wire once more; some signers do neither, some add the session's token to the query when it is signed already. For
    /// almost all calls it is one text.
    /// </summary>
    public IEnumerable<string> CanonicalTexts(IReadOnlyList<string> signedHeaders, string payload) =>
        from path in CanonicalPaths()
        from query in Query.CanonicalTexts()
        select ToCanonical(path, query, signedHeaders, payload);

    private IEnumerable<string> CanonicalPaths()
    {
        var path = Path.Length == 0 ? "/" : Path;
        return new[] { path, WithoutDots(path) }
            .SelectMany(written => new[] { written, PercentEncoding.Decode(written) ?? written })
            .Select(PercentEncoding.EncodePath)
            .Distinct(StringComparer.Ordinal);
    }

    private string ToCanonical(string path, string query, IReadOnlyList<string> signedHeaders, string payload)
    {
        var text = new StringBuilder().Append(Method).Append('\n').Append(path).Append('\n').Append(query).Append('\n');
        foreach (var name in signedHeaders)
            text.Append(name).Append(':').AppendJoin(',', Headers.GetValueOrDefault(name, []).Select(Trim)).Append('\n');
        return text.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(payload).ToString();
    }

    /// <summary>The path without dot segments and empty ones, as RFC 3986 (5.2.4) and AWS's rule for most services have it.</summary>
    private static string WithoutDots(string path)
    {
        List<string> segments = [];
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            else if (segment != ".")
                segments.Add(segment);
        }

        var isFolder = path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);
        return segments.Count == 0 ? "/" : $"/{string.Join('/', segments)}{(isFolder ? "/" : "")}";
    }

    // Spaces around a value and in rows within it do not count.
    private static string Trim(string value) => string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
