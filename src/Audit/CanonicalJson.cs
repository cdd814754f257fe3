using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Pao.Audit;

/// <summary>
/// The bytes that stand for a JSON value, whatever its spaces, its escapes and the order of its members: each part with its
/// kind and its length before it, so that no two values have the same.
/// </summary>
internal static class CanonicalJson
{
    /// <param name="value">What to write.</param>
    /// <param name="except">A member of the outermost object that is left out.</param>
    /// <param name="output">Where it goes.</param>
    public static void Write(JsonElement value, string? except, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, except, output);
                break;
            case JsonValueKind.Array:
                WriteLength('a', value.GetArrayLength(), output);
                foreach (var element in value.EnumerateArray())
                    Write(element, except: null, output);
                break;
            case JsonValueKind.String:
                WriteString(value, output);
                break;
            case JsonValueKind.Number:
                WriteBytes('n', JsonMarshal.GetRawUtf8Value(value), output);
                break;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                WriteLength(value.ValueKind switch { JsonValueKind.True => 't', JsonValueKind.False => 'f', _ => 'z' }, 0, output);
                break;
            default:
                throw new ArgumentException($"A value of the kind {value.ValueKind} stands for nothing.", nameof(value));
        }
    }

    private static void WriteObject(JsonElement value, string? except, ArrayBufferWriter<byte> output)
    {
        var members = value.EnumerateObject()
            .Where(member => except is null || !member.NameEquals(except))
            .Select(member => (Name: NameOf(member, out var kind), Kind: kind, member.Value))
            .ToList();
        members.Sort((one, other) => one.Name.AsSpan().SequenceCompareTo(other.Name));
        WriteLength('o', members.Count, output);
        foreach (var (name, kind, content) in members)
        {
            WriteBytes(kind, name, output);
            Write(content, except: null, output);
        }
    }

    private static byte[] NameOf(JsonProperty member, out char kind)
    {
        kind = 's';
        try
        {
            return Encoding.UTF8.GetBytes(member.Name);
        }
        catch (InvalidOperationException)
        {
            kind = 'r';
            return JsonMarshal.GetRawUtf8PropertyName(member).ToArray();
        }
    }

    private static void WriteString(JsonElement value, ArrayBufferWriter<byte> output)
    {
        try
        {
            WriteBytes('s', Encoding.UTF8.GetBytes(value.GetString() ?? ""), output);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text, but may be in a value that somebody sent: it is as it was written.
            WriteBytes('r', JsonMarshal.GetRawUtf8Value(value), output);
        }
    }

    private static void WriteBytes(char kind, ReadOnlySpan<byte> bytes, ArrayBufferWriter<byte> output)
    {
        WriteLength(kind, bytes.Length, output);
        output.Write(bytes);
    }

    private static void WriteLength(char kind, int length, ArrayBufferWriter<byte> output)
    {
        var span = output.GetSpan(1 + sizeof(int));
        span[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], length);
        output.Advance(1 + sizeof(int));
    }
}
