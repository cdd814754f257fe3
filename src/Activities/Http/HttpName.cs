namespace Pao.Activities.Http;

/// <summary>How a call is called in messages: its method and URL without query, fragment and user.</summary>
internal static class HttpName
{
    private const int LongestExcerpt = 500;

    public static string Of(HttpRequestMessage request) =>
        $"{request.Method} {request.RequestUri?.GetComponents(
            UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";

    /// <summary>The beginning of a text on one line.</summary>
    public static string Excerpt(string text)
    {
        var end = text.Length <= LongestExcerpt ? text.Length
            : char.IsHighSurrogate(text[LongestExcerpt - 1]) ? LongestExcerpt - 1 // half a character is no text that can be stored
            : LongestExcerpt;
        var line = string.Concat(text[..end].Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return end < text.Length ? line + "…" : line;
    }
}
