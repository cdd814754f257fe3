namespace Pao.Api.Access.Signatures;

/// <summary>The names that Signature Version 4 uses on the wire.</summary>
internal static class SignatureNames
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    public const string Prefix = "x-amz-";
    public const string Date = "X-Amz-Date";
    public const string Payload = "X-Amz-Content-Sha256";
    public const string SessionToken = "X-Amz-Security-Token";

    public const string AlgorithmParameter = "X-Amz-Algorithm";
    public const string Credential = "X-Amz-Credential";
    public const string Expires = "X-Amz-Expires";
    public const string SignedHeaders = "X-Amz-SignedHeaders";
    public const string Signature = "X-Amz-Signature";
}
