using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pao.Api.Access.Signatures;

namespace Pao.Api.Access.Sts;

/// <summary>
/// A call of STS's <c>GetCallerIdentity</c> that somebody has signed and not made: whoever makes it learns from AWS who signed
/// it. It is made only when it can do nothing else, and was signed for this service.
/// </summary>
/// <param name="Hash">Tells tokens apart.</param>
/// <param name="Address">The call, written anew from what was understood of it.</param>
/// <param name="GoodUntil">From when on it is refused.</param>
internal sealed record StsToken(string Hash, Uri Address, DateTimeOffset GoodUntil)
{
    public const string Prefix = "pao-sts-v1.";
    public const string ServerIdHeader = "X-Pao-Server-Id";

    private const int MaxLength = 4096;
    private const string SignedHeaders = "host;x-pao-server-id";

    private static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ClockWindow = TimeSpan.FromMinutes(5);

    private static readonly string[] Needed =
    [
        "Action", "Version", SignatureNames.AlgorithmParameter, SignatureNames.Credential, SignatureNames.Date, SignatureNames.Expires,
        SignatureNames.SignedHeaders, SignatureNames.Signature,
    ];

    public override string ToString() => Hash;

    /// <param name="text">What the caller shows.</param>
    /// <param name="endpoints">Where it may lead, each with a slash at its end.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null when it is none that may be called.</returns>
    public static StsToken? Read(string text, IEnumerable<string> endpoints, DateTimeOffset now)
    {
        if (text.Length > MaxLength
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || Decode(text[Prefix.Length..]) is not { } url
            || endpoints.FirstOrDefault(endpoint => url.StartsWith($"{endpoint}?", StringComparison.Ordinal)) is not { } called
            || SignedQuery.Parse(url[(called.Length + 1)..]) is not { } query
            || !IsOnlyCallerIdentity(query)
            || EndOf(query, now) is not { } end)
            return null;

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return new StsToken(hash, new Uri($"{called}?{query.ToCanonical()}"), end);
    }

    private static string? Decode(string text)
    {
        if (!Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.All(b => b is > (byte)' ' and < 0x7f and not (byte)'#') ? Encoding.ASCII.GetString(bytes) : null;
    }

    private static bool IsOnlyCallerIdentity(SignedQuery query)
    {
        var optional = query.Has(SignatureNames.SessionToken) ? 1 : 0;
        return query.Count == Needed.Length + optional
            && Needed.All(name => query.Single(name) is { Length: > 0 })
            && (optional == 0 || query.Single(SignatureNames.SessionToken) is { Length: > 0 })
            && query.Single("Action") == "GetCallerIdentity"
            && query.Single("Version") == "2011-06-15"
            && query.Single(SignatureNames.AlgorithmParameter) == SignatureNames.Algorithm
            && query.Single(SignatureNames.SignedHeaders) == SignedHeaders;
    }

    private static DateTimeOffset? EndOf(SignedQuery query, DateTimeOffset now)
    {
        if (SignatureScope.Parse(query.Single(SignatureNames.Credential) ?? "") is not var (_, scope)
            || scope.Service != "sts"
            || query.Single(SignatureNames.Date) is not { } date
            || !date.StartsWith(scope.Day, StringComparison.Ordinal)
            || !DateTimeOffset.TryParseExact(
                date, SignatureNames.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || !int.TryParse(query.Single(SignatureNames.Expires), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds < 1
            || seconds > LongestLifetime.TotalSeconds
            || time > now + ClockWindow)
            return null;

        var end = time.AddSeconds(seconds);
        return now < end ? end : null;
    }
}
