using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pao.Audit;

/// <summary>
/// How far the chain had come at a time, signed, and kept where whoever can change the database cannot change it.
/// </summary>
/// <param name="Kind">Always <see cref="KindName"/>: lines of a log are told apart by it.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="Sequence">The number of entries in the chain, and so the place of the last one.</param>
/// <param name="Hash">That of the last one; <see cref="AuditChain.Beginning"/> when there is none.</param>
/// <param name="Unsealed">How many entries waited for their place.</param>
/// <param name="Emitter">Who says so: each numbers its own.</param>
/// <param name="Number">Counted from 1.</param>
/// <param name="Previous">The fingerprint of the emitter's head before this one; null of its first.</param>
/// <param name="KeyId">Of the key that signs.</param>
/// <param name="Signature">ECDSA on P-256 over SHA-256, 64 bytes (r, s) in base64; over all other members.</param>
public sealed record AuditHead(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("time")] string Time,
    [property: JsonPropertyName("sequence")] long Sequence,
    [property: JsonPropertyName("hash")] string Hash,
    [property: JsonPropertyName("unsealed")] long Unsealed,
    [property: JsonPropertyName("emitter")] string Emitter,
    [property: JsonPropertyName("number")] long Number,
    [property: JsonPropertyName("previous")] string? Previous,
    [property: JsonPropertyName("keyID")] string KeyId,
    [property: JsonPropertyName("signature")] string Signature)
{
    public const string KindName = "pao-audit-head";
    private const string SignatureName = "signature";

    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // no page of HTML has it in it
    };

    public static AuditHead Sign(
        DateTimeOffset time, long sequence, ReadOnlySpan<byte> hash, long unsealed, string emitter, AuditHead? previous, HeadKey key)
    {
        var head = new AuditHead(
            KindName,
            time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            sequence,
            Convert.ToHexStringLower(hash),
            unsealed,
            emitter,
            (previous?.Number ?? 0) + 1,
            previous?.Fingerprint(),
            key.Id,
            Signature: "");
        return head with { Signature = Convert.ToBase64String(key.Sign(head.SignedBytes())) };
    }

    /// <summary>Reads a line.</summary>
    /// <returns>Null when it holds no head.</returns>
    public static AuditHead? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditHead>(line, Strict) is { Kind: KindName } head ? head : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>One line, without its end.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Strict);

    public bool IsSignedBy(HeadKey key) =>
        Convert.TryFromBase64String(Signature, new byte[Signature.Length], out _)
        && key.Id == KeyId
        && key.IsSignature(SignedBytes(), Convert.FromBase64String(Signature));

    /// <summary>What the next head of the same emitter names this one by.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData([.. SignedBytes(), .. System.Text.Encoding.ASCII.GetBytes(Signature)]));

    [JsonIgnore]
    public DateTimeOffset At => DateTimeOffset.Parse(Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private byte[] SignedBytes()
    {
        ArrayBufferWriter<byte> bytes = new();
        CanonicalJson.Write(JsonSerializer.SerializeToElement(this, Strict), except: SignatureName, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
