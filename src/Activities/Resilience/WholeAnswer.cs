using System.Net;

namespace Pao.Activities.Resilience;

/// <summary>
/// Reads an answer to its end as a part of the call: a system that sends its headers and then nothing more has failed, and
/// while it sends it has one call more under way.
/// </summary>
internal static class WholeAnswer
{
    private const int Chunk = 16 * 1024;

    /// <exception cref="AnswerTooLargeException">There is more of it than may be read.</exception>
    public static async Task<HttpResponseMessage> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        try
        {
            response.Content = await KeepAsync(response.Content, most, cancellationToken)
                ?? throw new AnswerTooLargeException(response.StatusCode, most);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<HttpContent?> KeepAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most)
            return null;

        using var kept = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Chunk];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (kept.Length + count > most)
                return null;
            kept.Write(buffer, 0, count);
        }

        var whole = new ByteArrayContent(kept.GetBuffer(), 0, (int)kept.Length);
        foreach (var (name, values) in content.Headers.NonValidated)
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) // an answer to HEAD has one, and no content
                whole.Headers.TryAddWithoutValidation(name, values);
        content.Dispose();
        return whole;
    }
}

/// <summary>An answer came, and there is more of it than may be read.</summary>
internal sealed class AnswerTooLargeException(HttpStatusCode status, int most)
    : HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, $"The answer has more than {most} bytes.", inner: null, status)
{
    public int Most { get; } = most;
}
