using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Api.Problems;

namespace Pao.Api.Requests;

/// <summary>A request's body read strictly: bounded, without duplicate properties, without text that no store can keep.</summary>
internal sealed record JsonBody(JsonObject? Root, string Hash, ProblemResult? Problem)
{
    /// <summary>A file of 1 MiB in base64, and as much again for all else that a form asks.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxDepth = 32;
    private const int LongestNumber = 400;
    private const int LargestExponent = 64;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    public static async Task<JsonBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
            return Failed(new(Problems.Problem.BodyTooLarge, $"It has {request.ContentLength} bytes; {MaxBytes} are taken."));
        if (!request.HasJsonContentType())
            return Failed(new(Problems.Problem.BodyNotJson, "Send 'Content-Type: application/json'."));

        return await ReadBoundedAsync(request.Body, cancellationToken) is { } bytes
            ? Parse(bytes)
            : Failed(new(Problems.Problem.BodyTooLarge, $"It has more than the {MaxBytes} bytes that are taken."));
    }

    /// <returns>The whole body; null when it has more than <see cref="MaxBytes"/>.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadBoundedAsync(Stream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxBytes)
                return null;
        }

        return buffer.ToArray();
    }

    private static JsonBody Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                return Failed(new(Problems.Problem.BodyInvalid, "The body must be a JSON object.", Error("", "Must be an object.")));
            if (FindUnstorable(document.RootElement, "") is { } pointer)
                return Failed(new(Problems.Problem.BodyInvalid, "The body holds a value that cannot be stored.",
                    Error(pointer, $"Text must be without the character U+0000 and without half surrogate pairs, a number without an exponent beyond {LargestExponent} and at most {LongestNumber} characters long.")));

            return new(JsonObject.Create(document.RootElement.Clone()), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), null);
        }
        catch (JsonException e)
        {
            return Failed(new(Problems.Problem.BodyMalformed,
                e.LineNumber is { } line ? $"{e.Message} (line {line + 1}, byte {e.BytePositionInLine + 1} of it)" : e.Message));
        }
    }

    private static JsonBody Failed(ProblemResult problem) => new(null, "", problem);

    private static Dictionary<string, string[]> Error(string pointer, string message) => new() { [pointer] = [message] };

    /// <summary>
    /// The place of the first text that is no valid Unicode or holds U+0000, which PostgreSQL does not store, or of a number
    /// that is short here and long there.
    /// </summary>
    private static string? FindUnstorable(JsonElement element, string pointer) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject()
            .Select(member => IsStorable(member)
                ? FindUnstorable(member.Value, $"{pointer}/{Escape(member.Name)}")
                : pointer)
            .FirstOrDefault(found => found is not null),
        JsonValueKind.Array => element.EnumerateArray()
            .Select((item, index) => FindUnstorable(item, $"{pointer}/{index}"))
            .FirstOrDefault(found => found is not null),
        JsonValueKind.String => IsStorable(element) ? null : pointer,
        JsonValueKind.Number => IsBounded(element.GetRawText()) ? null : pointer,
        _ => null,
    };

    // PostgreSQL writes out every digit: of 1e131071 that many, in each answer and in the audit. 1e-20000 it refuses.
    private static bool IsBounded(string number) => number.Length <= LongestNumber
        && number.AsSpan().IndexOfAny('e', 'E') is var e
        && (e < 0 || (int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            && Math.Abs((long)exponent) <= LargestExponent));

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static bool IsStorable(JsonProperty member)
    {
        try
        {
            return !member.Name.Contains('\0');
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsStorable(JsonElement text)
    {
        try
        {
            return text.GetString()?.Contains('\0') is false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
