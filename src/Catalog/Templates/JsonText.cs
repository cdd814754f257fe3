using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pao.Catalog.Templates;

/// <summary>JSON for machines: only what must be escaped is.</summary>
internal static class JsonText
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What stands between the quotes of a JSON string.</summary>
    public static string Content(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
}
