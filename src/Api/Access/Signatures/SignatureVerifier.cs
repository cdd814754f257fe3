using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Pao.Api.Access.Signatures;

/// <summary>
/// Verifies AWS Signature Version 4
/// (<see href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"/>): that the
/// holder of a key made just this call, just now, for this service.
/// </summary>
internal sealed class SignatureVerifier(IOptions<SignatureOptions> options, IKeyPairs pairs, SigningKeys keys, TimeProvider time)
{
    /// <summary>The hash of a body that is not there.</summary>
    public const string EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly string SessionTokenHeader = SignatureNames.SessionToken.ToLowerInvariant();

    /// <summary>Headers that change what a call does, beside those of AWS.</summary>
    private static readonly string[] Meaningful = ["idempotency-key", "x-http-method-override"];

    // As long a secret as any: a key that nobody has takes the time of one that somebody has.
    private static readonly KeyPair Nobody = new("", Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)), "");

    /// <param name="call">The call.</param>
    /// <param name="authorization">Its only Authorization header; null when there is none.</param>
    /// <param name="hashBody">Reads the body and gives its SHA-256 in hexadecimal digits; called once at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SignatureVerdict> VerifyAsync(
        SignedCall call, string? authorization, Func<CancellationToken, Task<string>> hashBody, CancellationToken cancellationToken)
    {
        var isInQuery = SignatureReader.IsInQuery(call.Query);
        if (isInQuery && call.Headers.ContainsKey("Authorization"))
            return new SignatureVerdict.Refused(SignatureFault.TwoPlaces);

        var claim = isInQuery ? SignatureReader.FromQuery(call.Query, call)
            : authorization is not null ? SignatureReader.FromHeader(authorization, call)
            : null;
        if (claim is null)
            return new SignatureVerdict.Refused(SignatureFault.Malformed);
        if (Fault(claim, call) is { } fault)
            return new SignatureVerdict.Refused(fault);

        var found = await pairs.FindAsync(claim.KeyId, cancellationToken);
        var pair = found ?? Nobody;

        // A body of which nothing is said has to be read to verify anything, but not for somebody who is unknown.
        var payload = claim.Payload ?? (found is null ? EmptyPayload : await hashBody(cancellationToken));
        var matches = Matches(claim, call, payload, keys.Get(pair.Secret, claim.Scope));
        if (found is null)
            return new SignatureVerdict.Refused(SignatureFault.UnknownKey);
        if (!IsSession(claim.SessionToken, pair.SessionToken))
            return new SignatureVerdict.Refused(SignatureFault.WrongSession);
        if (!matches)
            return new SignatureVerdict.Refused(SignatureFault.Mismatch);

        return claim.Payload is null or SignatureNames.UnsignedPayload || await hashBody(cancellationToken) == claim.Payload
            ? new SignatureVerdict.Accepted(pair, Convert.ToHexStringLower(claim.Value), GoodUntil(claim))
            : new SignatureVerdict.Refused(SignatureFault.BodyMismatch);
    }

    private SignatureFault? Fault(SignatureClaim claim, SignedCall call)
    {
        var (now, limits) = (time.GetUtcNow(), options.Value);
        if (claim.Scope.Region != limits.Region || claim.Scope.Service != limits.Service)
            return SignatureFault.WrongScope;
        if (claim.Time > now + limits.ClockWindow
            || now > GoodUntil(claim)
            || claim.Lifetime is { } lifetime && (lifetime <= TimeSpan.Zero || lifetime > limits.LongestLifetime))
            return SignatureFault.OutOfTime;
        if (!AreCovered(claim, call))
            return SignatureFault.HeaderNotSigned;
        return claim.Payload switch
        {
            null => null,
            SignatureNames.UnsignedPayload => limits.AllowUnsignedPayload ? null : SignatureFault.UnknownPayload,
            { Length: 64 } hash when hash.All(char.IsAsciiHexDigitLower) => null,
            _ => SignatureFault.UnknownPayload,
        };
    }

    private DateTimeOffset GoodUntil(SignatureClaim claim) => claim.Time + (claim.Lifetime ?? options.Value.ClockWindow);

    private static bool AreCovered(SignatureClaim claim, SignedCall call)
    {
        var signed = claim.SignedHeaders.ToHashSet(StringComparer.Ordinal);
        return signed.Contains("host")
            && signed.All(call.Headers.ContainsKey)
            && call.Headers.Keys
                .Select(name => name.ToLowerInvariant())
                .Where(name => name.StartsWith(SignatureNames.Prefix, StringComparison.Ordinal) || Meaningful.Contains(name))
                .Where(name => name != SessionTokenHeader) // it is compared with the key's own
                .All(signed.Contains);
    }

    private static bool Matches(SignatureClaim claim, SignedCall call, string payload, byte[] key)
    {
        var matches = false;
        foreach (var canonical in call.CanonicalTexts(claim.SignedHeaders, payload))
        {
            var text = string.Join('\n',
                SignatureNames.Algorithm,
                claim.Time.UtcDateTime.ToString(SignatureNames.TimeFormat, CultureInfo.InvariantCulture),
                claim.Scope,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
            matches |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)), claim.Value);
        }

        return matches;
    }

    private static bool IsSession(string? shown, string? expected) => expected is null
        ? shown is null
        : shown is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(expected));
}
