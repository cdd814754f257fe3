using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pao.DurableTask.Protocol;

namespace Pao.Api.Histories;

/// <summary>
/// What an operator may see of an input or output: at most 2 KiB, and nothing of a member whose name says that it is a
/// secret. Histories hold references to secrets; this is for those that got in anyhow.
/// </summary>
internal static class PayloadText
{
    /// <summary>In bytes of UTF-8.</summary>
    public const int MaxLength = 2048;

    private const string Redacted = "[redacted]";
    private const int MaxDepth = 512;
    private const int MaxNested = 4; // JSON in text in JSON: the body of a call is so
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly string[] Telling =
        ["password", "passwd", "passphrase", "secret", "token", "authorization", "credential"];

    private static readonly Regex Assignment = new(
        """(?<name>[\w.-]*(?:password|passwd|passphrase|secret|token|authorization|credential|key)["']?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?(?:"[^"]*"?|[^\s,;&"]+)""",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    public static string? Of(string? payload) => payload is null ? null : Shorten(Render(payload, 0));

    public static string? Of(TaskFailureDetails? failure) =>
        failure is null ? null : Of($"{failure.ErrorType}: {failure.ErrorMessage}");

    internal static bool IsSecret(string member)
    {
        var name = string.Concat(member.Where(char.IsLetterOrDigit));
        return Telling.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))
            || name.EndsWith("key", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("pwd", StringComparison.OrdinalIgnoreCase);
    }

    private static string Render(string text, int nested)
    {
        if (!LooksStructured(text))
            return RedactProse(text);
        if (nested >= MaxNested)
            return "[nested too deep to be shown]";

        try
        {
            return RenderJson(text, nested);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return RedactProse(text); // no JSON, or with half surrogate pairs
        }
    }

    private static bool LooksStructured(string text) => text.AsSpan().TrimStart() is ['{' or '[' or '"', ..];

    // Stops when enough is written: the payload may be a megabyte.
    private static string RenderJson(string text, int nested)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), Reading);
        var written = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(written, Writing);
        while (writer.BytesCommitted + writer.BytesPending <= MaxLength && reader.Read())
            Copy(ref reader, writer, nested);

        writer.Flush();
        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, int nested)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                CopyMember(ref reader, writer);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(Render(reader.GetString() ?? "", nested + 1));
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private static void CopyMember(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        var name = reader.GetString() ?? "";
        writer.WritePropertyName(name);
        if (!IsSecret(name))
            return;

        reader.Read();
        reader.Skip();
        writer.WriteStringValue(Redacted);
    }

    private static string RedactProse(string text) =>
        Assignment.Replace(text.Length > 2 * MaxLength ? text[..(2 * MaxLength)] : text, $"${{name}}{Redacted}");

    private static string Shorten(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxLength)
            return text;

        var length = 0;
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxLength)
                break;
            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), "…");
    }
}
