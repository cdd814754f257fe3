namespace Pao.Api.Access.Signatures;

/// <summary>What a call says of its signature, before any of it is believed.</summary>
/// <param name="KeyId">The access key that it is said to be made with.</param>
/// <param name="Scope">The day, region and service that it is said to be made for.</param>
/// <param name="Time">When it was made.</param>
/// <param name="SignedHeaders">Lower case, in order, without doubles.</param>
/// <param name="Value">The signature's 32 bytes.</param>
internal sealed record SignatureClaim(
    string KeyId, SignatureScope Scope, DateTimeOffset Time, IReadOnlyList<string> SignedHeaders, byte[] Value)
{
    /// <summary>How long a presigned address is good for; null when the signature is in the header.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Of temporary credentials.</summary>
    public string? SessionToken { get; init; }

    /// <summary>What is said of the body: its SHA-256 in hexadecimal digits or a mode; null when nothing is.</summary>
    public string? Payload { get; init; }
}
