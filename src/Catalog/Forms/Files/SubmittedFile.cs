using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pao.Catalog.Forms.Files;

/// <summary>
/// A file as a form's value: <c>data:&lt;media type&gt;;name=&lt;percent-encoded name&gt;;base64,&lt;content&gt;</c>, which
/// is what a browser's form makes of it.
/// </summary>
/// <param name="Size">In bytes.</param>
/// <param name="Content">In base64.</param>
internal sealed partial record SubmittedFile(string Name, string MediaType, int Size, string Content)
{
    /// <summary>The largest file that an author may allow, and the limit where none is given: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The pattern that every value matches, for a schema: its media type is the first part.</summary>
    public const string AnyType = "[a-z0-9][a-z0-9.+\\-]{0,62}/[a-z0-9][a-z0-9.+\\-]{0,62}";

    private const string Name255 = "(?:[A-Za-z0-9_.!~*'()\\-]|%[0-9A-F]{2}){1,765}";
    private const string Base64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
    private const int LongestHead = 5 + 127 + 6 + (3 * 765) + 8;

    /// <summary>A pattern for the values with one of some media types; all, when there are none.</summary>
    public static string PatternOf(IReadOnlyList<string> types)
    {
        var type = types.Count == 0 ? AnyType : $"(?:{string.Join('|', types.Select(TypePattern))})";
        return $"^data:{type};name={Name255};base64,{Base64}$";
    }

    /// <summary>The length that no value with so many bytes exceeds.</summary>
    public static int LongestValue(int bytes) => LongestHead + (4 * ((bytes + 2) / 3));

    /// <returns>Null for what is no such value.</returns>
    public static SubmittedFile? Read(string value)
    {
        var marker = value.IndexOf(";base64,", StringComparison.Ordinal);
        if (marker is < 0 or > LongestHead || Head().Match(value[..marker]) is not { Success: true } head)
        {
            return null;
        }

        var content = value[(marker + 8)..];
        return SizeOf(content) is { } size
            ? new SubmittedFile(Uri.UnescapeDataString(head.Groups["name"].Value), head.Groups["type"].Value, size, content)
            : null;
    }

    public bool IsOneOf(IReadOnlyList<string> types) => types.Count == 0 || types.Any(type =>
        type.EndsWith("/*", StringComparison.Ordinal) ? MediaType.StartsWith(type[..^1], StringComparison.Ordinal) : MediaType == type);

    /// <summary>What templates see of it.</summary>
    public JsonObject ToJson() =>
        new() { ["name"] = Name, ["type"] = MediaType, ["size"] = Size, ["content"] = Content };

    /// <summary>A file that a form took, as another form takes it; null for what is no such file.</summary>
    public static JsonNode? Rewritten(JsonNode? value) =>
        value is JsonObject file && Values.Text(file["name"]) is { } name && Values.Text(file["type"]) is { } type && Values.Text(file["content"]) is { } content
            ? JsonValue.Create($"data:{type};name={Uri.EscapeDataString(name)};base64,{content}")
            : null;

    private static string TypePattern(string type) => type.EndsWith("/*", StringComparison.Ordinal)
        ? Literal(type[..^1]) + "[a-z0-9][a-z0-9.+\\-]{0,62}"
        : Literal(type);

    private static string Literal(string type) => string.Concat(type.Select(c => c is '.' or '+' ? $"\\{c}" : c.ToString()));

    /// <summary>How many bytes a canonical base64 text stands for; null when it is none.</summary>
    private static int? SizeOf(string base64)
    {
        var padding = base64.EndsWith("==", StringComparison.Ordinal) ? 2 : base64.EndsWith('=') ? 1 : 0;
        return base64.Length % 4 == 0 && base64.AsSpan(0, base64.Length - padding).IndexOfAnyExcept(Alphabet) < 0
            ? (base64.Length / 4 * 3) - padding
            : null;
    }

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    [GeneratedRegex(
        @"^data:(?<type>[a-z0-9][a-z0-9.+\-]{0,62}/[a-z0-9][a-z0-9.+\-]{0,62});name=(?<name>(?:[A-Za-z0-9_.!~*'()\-]|%[0-9A-F]{2}){1,765})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Head();
}
