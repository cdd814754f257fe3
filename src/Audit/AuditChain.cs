using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pao.Audit;

/// <summary>
/// What binds the entries of the audit: each has a place, and a hash over the hash of the one before, its place and all that it
/// says. Whoever changes one, takes one out or puts one in changes every hash after it.
/// </summary>
public static class AuditChain
{
    /// <summary>The member of an exported entry that holds its place and hash, which the hash is not about.</summary>
    public const string SealName = "paoSeal";

    /// <summary>Objects in the details of an entry are those of a body that was sent, a few levels further down.</summary>
    public const int MaxDepth = 256;

    /// <summary>Before the first entry.</summary>
    public static ReadOnlyMemory<byte> Beginning { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The hash of an entry.</summary>
    /// <param name="before">That of the entry before it, or <see cref="Beginning"/>.</param>
    /// <param name="sequence">Its place, counted from 1.</param>
    /// <param name="record">What it says; a member <see cref="SealName"/> counts for nothing.</param>
    public static byte[] Hash(ReadOnlySpan<byte> before, long sequence, JsonElement record)
    {
        ArrayBufferWriter<byte> bytes = new();
        bytes.Write(before);
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(sizeof(long)), sequence);
        bytes.Advance(sizeof(long));
        CanonicalJson.Write(record, SealName, bytes);
        return SHA256.HashData(bytes.WrittenSpan);
    }
}
