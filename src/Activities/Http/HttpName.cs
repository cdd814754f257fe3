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
        var cut = text.Length > LongestExcerpt;
        var line = string.Concat((cut ? text[..LongestExcerpt] : text).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return cut ? line + "…" : line;
    }
}
