using System.Buffers.Text;
using System.Text.Json;

namespace Pao.Api.Requests;

/// <summary>A place in a list, as base64url of the JSON of its sort keys: the server keeps nothing.</summary>
internal static class Cursor
{
    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public static string Write<T>(T keys) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(keys, Strict));

    /// <summary>The sort keys, or null when the text is no cursor of this list.</summary>
    public static T? Read<T>(string text)
        where T : class
    {
        try
        {
            var json = Base64Url.DecodeFromChars(text);
            return json.AsSpan().IndexOf("\\u0000"u8) < 0 ? JsonSerializer.Deserialize<T>(json, Strict) : null; // no database compares with it
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}
