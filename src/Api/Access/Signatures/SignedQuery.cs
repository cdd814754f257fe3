namespace Pao.Api.Access.Signatures;

/// <summary>
/// A query as the service understands it, so that what is verified is what is meant: a plus sign is a space, as in
/// forms, and names and values are compared decoded.
/// </summary>
internal sealed class SignedQuery
{
    private readonly IReadOnlyList<(string Name, string Value)> _parameters;

    private SignedQuery(IReadOnlyList<(string Name, string Value)> parameters) => _parameters = parameters;

    /// <summary>Reads what follows the question mark. Null when an escape is broken, or is no UTF-8.</summary>
    public static SignedQuery? Parse(string query)
    {
        List<(string, string)> parameters = [];
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var split = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = split < 0 ? (part, "") : (part[..split], part[(split + 1)..]);
            if (PercentEncoding.Decode(name.Replace('+', ' ')) is not { } plainName
                || PercentEncoding.Decode(value.Replace('+', ' ')) is not { } plainValue)
                return null;
            parameters.Add((plainName, plainValue));
        }

        return new SignedQuery(parameters);
    }

    public int Count => _parameters.Count;

    public bool Has(string name) => _parameters.Any(parameter => IsNamed(parameter.Name, name));

    /// <summary>The parameter's only value; null when there is none, or more than one.</summary>
    public string? Single(string name) => _parameters.Where(parameter => IsNamed(parameter.Name, name)).ToArray() is [var only] ? only.Value : null;

    /// <summary>Whether any name begins so, however it is written.</summary>
    public bool HasAny(string prefix) => _parameters.Any(parameter => parameter.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>All but the signature itself, encoded and in order; also without the session's token, if there is one.</summary>
    public IEnumerable<string> CanonicalTexts()
    {
        yield return ToCanonical(SignatureNames.Signature);
        if (Has(SignatureNames.SessionToken))
            yield return ToCanonical(SignatureNames.Signature, SignatureNames.SessionToken);
    }

    /// <summary>The query, encoded and in order, without some of its parameters.</summary>
    public string ToCanonical(params string[] without) => string.Join('&', _parameters
        .Where(parameter => !without.Contains(parameter.Name, StringComparer.Ordinal))
        .Select(parameter => (Name: PercentEncoding.Encode(parameter.Name), Value: PercentEncoding.Encode(parameter.Value)))
        .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
        .ThenBy(parameter => parameter.Value, StringComparer.Ordinal)
        .Select(parameter => $"{parameter.Name}={parameter.Value}"));

    // Names are compared as written: a server that took "x-amz-signature" for the signature would leave it out of what is signed.
    private static bool IsNamed(string name, string expected) => string.Equals(name, expected, StringComparison.Ordinal);
}
