using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pao.Activities.Secrets;

/// <summary>The forms in which another system may send a secret back, or a library may write it down.</summary>
internal static partial class SecretForms
{
    public const string Mark = "***";

    public static IEnumerable<string> Of(string value)
    {
        if (value.Length is 0)
            return [];

        var escaped = Uri.EscapeDataString(value);
        var json = JsonEncodedText.Encode(value).Value;
        var relaxed = JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        return new[]
        {
            value,
            escaped,
            Escape().Replace(escaped, match => match.Value.ToLowerInvariant()),
            escaped.Replace("%20", "+", StringComparison.Ordinal),
            json,
            JsonEscape().Replace(json, match => match.Value.ToLowerInvariant()),
            relaxed,
            relaxed.Replace("/", "\\/", StringComparison.Ordinal), // PHP
            relaxed.Replace("<", "\\u003c", StringComparison.Ordinal) // Go
                .Replace(">", "\\u003e", StringComparison.Ordinal)
                .Replace("&", "\\u0026", StringComparison.Ordinal),
            WebUtility.HtmlEncode(value),
            base64,
            base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        }.Distinct(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"\\u[0-9A-F]{4}", RegexOptions.NonBacktracking)]
    private static partial Regex JsonEscape();

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.NonBacktracking)]
    private static partial Regex Escape();
}
