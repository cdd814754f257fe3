using Pao.Activities.Secrets;

namespace Pao.Activities.Http;

/// <summary>The headers that a document names, put on a request.</summary>
internal static class RequestHeaders
{
    // These frame the message or say who sent it and whether it is a repeat.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", OutgoingHttp.IdempotencyKeyHeader, OutgoingHttp.CorrelationIdHeader,
    };

    public static void Apply(HttpRequestMessage request, ActionConfig config, SecretScope secrets)
    {
        foreach (var (name, value) in config.Members("headers"))
            Set(request, name, secrets.Text(value, $"headers.{name}"));
    }

    /// <summary>The same on a question, which has no body: what describes one is left out.</summary>
    public static void ApplyToQuestion(HttpRequestMessage request, ActionConfig config, SecretScope secrets)
    {
        foreach (var (name, value) in config.Members("headers").Where(header => !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)))
            Set(request, name, secrets.Text(value, $"headers.{name}"));
    }

    public static void Set(HttpRequestMessage request, string name, string value)
    {
        if (Reserved.Contains(name))
            throw ActionFailure.Invalid($"The header '{name}' is set by the service; a document cannot set it.");

        // The value is not shown: it may hold a secret.
        if (value.Any(c => c is (< ' ' and not '\t') or > '~'))
            throw ActionFailure.Invalid($"The value of the header '{name}' has a character that no header may have.");

        if (request.Headers.NonValidated.Contains(name))
            throw ActionFailure.Invalid($"The header '{name}' is given twice.");

        if (request.Headers.TryAddWithoutValidation(name, value))
            return;

        request.Content?.Headers.Remove(name);
        if (request.Content is null || !request.Content.Headers.TryAddWithoutValidation(name, value))
            throw ActionFailure.Invalid($"'{name}' is not a header that this request can have.");
    }
}
