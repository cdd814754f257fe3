using System.Globalization;

namespace Pao.Api.Access.Signatures;

/// <summary>What a derived key is good for: one day, one region, one service.</summary>
internal sealed record SignatureScope(string Day, string Region, string Service)
{
    public const string DayFormat = "yyyyMMdd";

    private const string Terminator = "aws4_request";

    public override string ToString() => $"{Day}/{Region}/{Service}/{Terminator}";

    /// <summary>Reads <c>KEYID/20150830/us-east-1/pao/aws4_request</c>; null when it is anything else.</summary>
    public static (string KeyId, SignatureScope Scope)? Parse(string credential) =>
        credential.Split('/') is [{ Length: > 0 and <= 128 } id, { Length: 8 } day, { Length: > 0 and <= 64 } region, { Length: > 0 and <= 64 } service, Terminator]
        && DateTime.TryParseExact(day, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? (id, new SignatureScope(day, region, service))
            : null;
}
