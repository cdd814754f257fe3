using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace Pao.Api.Access.Signatures;

/// <summary>
/// Reads what a call says of its signature, strictly: from one place, each part once, nothing unknown. A lenient reader
/// lets an attacker say one thing to it and another to whoever reads next.
/// </summary>
internal static class SignatureReader
{
    private const int MaxHeaders = 60;
    private const int SignatureBytes = 32;

    /// <summary>Whether the query has any part of a signature.</summary>
    public static bool IsInQuery(SignedQuery query) => query.HasAny(SignatureNames.Prefix);

    /// <inheritdoc cref="IsInQuery(SignedQuery)"/>
    public static bool IsInQuery(HttpRequest request) =>
        request.Query.Keys.Any(name => name.StartsWith(SignatureNames.Prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the body must be read, by all that is known of the call, before its signature can be verified.</summary>
    public static bool NeedsBody(HttpRequest request) => CanHaveBody(request)
        && (IsInQuery(request)
            || (!request.Headers.ContainsKey(SignatureNames.Payload)
                && request.Headers.Authorization.Any(header => header?.StartsWith(SignatureNames.Algorithm, StringComparison.Ordinal) is true)));

    /// <summary>Whether the call comes with a body, as far as its headers tell.</summary>
    public static bool CanHaveBody(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    /// <summary>Null when it is not well-formed.</summary>
    public static SignatureClaim? FromHeader(string authorization, SignedCall call)
    {
        if (!authorization.StartsWith($"{SignatureNames.Algorithm} ", StringComparison.Ordinal)
            || Parts(authorization[(SignatureNames.Algorithm.Length + 1)..]) is not { } parts
            || Single(call, SignatureNames.Date) is not { } date)
            return null;

        return Claim(parts.Credential, date, parts.Headers, parts.Signature) is { } claim
            && Optional(call, SignatureNames.SessionToken, out var token)
            && Optional(call, SignatureNames.Payload, out var payload)
            ? claim with { SessionToken = token, Payload = payload }
            : null;
    }

    /// <summary>Null when it is not well-formed.</summary>
    public static SignatureClaim? FromQuery(SignedQuery query, SignedCall call)
    {
        if (query.Single(SignatureNames.AlgorithmParameter) != SignatureNames.Algorithm
            || query.Single(SignatureNames.Credential) is not { } credential
            || query.Single(SignatureNames.Date) is not { } date
            || query.Single(SignatureNames.SignedHeaders) is not { } headers
            || query.Single(SignatureNames.Signature) is not { } signature
            || !int.TryParse(query.Single(SignatureNames.Expires), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || query.Has(SignatureNames.SessionToken) && query.Single(SignatureNames.SessionToken) is null
            || query.Has(SignatureNames.Payload) && query.Single(SignatureNames.Payload) is null)
            return null;

        // What a presigned address says is said there; the same in a header would be a second voice.
        if (call.Headers.ContainsKey(SignatureNames.Date) || call.Headers.ContainsKey(SignatureNames.SessionToken))
            return null;

        return Optional(call, SignatureNames.Payload, out var payload) && Claim(credential, date, headers, signature) is { } claim
            ? claim with
            {
                Lifetime = TimeSpan.FromSeconds(seconds),
                SessionToken = query.Single(SignatureNames.SessionToken),
                Payload = payload ?? query.Single(SignatureNames.Payload),
            }
            : null;
    }

    private static (string Credential, string Headers, string Signature)? Parts(string text)
    {
        Dictionary<string, string> parts = new(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            if (part.Trim().Split('=', 2) is not [var name, var value] || !parts.TryAdd(name, value))
                return null;
        }

        return parts.Count == 3
            && parts.TryGetValue("Credential", out var credential)
            && parts.TryGetValue("SignedHeaders", out var headers)
            && parts.TryGetValue("Signature", out var signature)
            ? (credential, headers, signature)
            : null;
    }

    private static SignatureClaim? Claim(string credential, string date, string headers, string signature)
    {
        if (SignatureScope.Parse(credential) is not var (keyId, scope)
            || !DateTimeOffset.TryParseExact(
                date, SignatureNames.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || !date.StartsWith(scope.Day, StringComparison.Ordinal)
            || signature.Length != 2 * SignatureBytes
            || !signature.All(char.IsAsciiHexDigitLower))
            return null;

        var names = headers.Split(';');
        return names.Length <= MaxHeaders && IsInOrder(names)
            ? new SignatureClaim(keyId, scope, time, names, Convert.FromHexString(signature))
            : null;
    }

    private static bool IsInOrder(string[] names) =>
        names.All(name => name.Length > 0 && !name.Any(char.IsAsciiLetterUpper))
        && names.Zip(names.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0);

    private static string? Single(SignedCall call, string header) =>
        call.Headers.GetValueOrDefault(header) is [{ } value] ? value : null;

    private static bool Optional(SignedCall call, string header, out string? value)
    {
        value = Single(call, header);
        return value is not null || !call.Headers.ContainsKey(header);
    }
}
