using System.Net;
using System.Net.Http.Headers;

namespace Pao.Catalog.Sources.Git;

/// <summary>
/// Remembers small answers with their entity tags. A host that is asked with the tag says that nothing has changed, which
/// GitHub does not count against the rate limit.
/// </summary>
internal sealed class EntityTags
{
    private const int MaxAnswers = 64;
    private const int MaxBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Remembered> _answers = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Asks with the tag of the last answer, which it returns; null when there is none.</summary>
    public Remembered? Ask(HttpRequestMessage request)
    {
        lock (_gate)
        {
            if (_answers.GetValueOrDefault(KeyOf(request)) is not { } last)
            {
                return null;
            }

            last.LastUse = ++_uses;
            request.Headers.IfNoneMatch.Clear();
            request.Headers.IfNoneMatch.Add(last.Tag);
            return last;
        }
    }

    public void Remember(HttpRequestMessage request, HttpResponseMessage answer, byte[] body)
    {
        if (answer is not { StatusCode: HttpStatusCode.OK, Headers.ETag: { } tag } || body.Length > MaxBytes)
        {
            return;
        }

        lock (_gate)
        {
            var key = KeyOf(request);
            if (_answers.Count >= MaxAnswers && !_answers.ContainsKey(key))
            {
                _answers.Remove(_answers.MinBy(other => other.Value.LastUse).Key);
            }

            _answers[key] = new Remembered(tag, body, answer.Content.Headers.ContentType) { LastUse = ++_uses };
        }
    }

    private static string KeyOf(HttpRequestMessage request) => $"{request.RequestUri} {request.Headers.Accept}";

    internal sealed record Remembered(EntityTagHeaderValue Tag, byte[] Body, MediaTypeHeaderValue? ContentType)
    {
        public long LastUse { get; set; }
    }
}
