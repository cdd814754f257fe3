using System.Security.Cryptography;
using System.Text;

namespace Pao.DurableTask.Replay;

/// <summary>GUIDs of version 5 (RFC 9562): the same name gives the same GUID.</summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    public static Guid Create(string name)
    {
        Span<byte> text = stackalloc byte[16 + 512];
        var length = 16 + Encoding.UTF8.GetByteCount(name);
        if (length > text.Length)
            text = new byte[length];

        Namespace.TryWriteBytes(text, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, text[16..]);

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Version 5 is defined by SHA-1; nothing is protected by it.
        SHA1.HashData(text[..length], hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
