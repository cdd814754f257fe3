using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Pao.Activities.Http;

namespace Pao.Activities.GitHub;

/// <summary>How GitHub says that it was called too often, which is in headers, or, for its secondary limits, only in words.</summary>
internal static class RateLimit
{
    /// <summary>GitHub asks for at least a minute where it does not say how long.</summary>
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);

    /// <returns>How long to leave it alone; null when an answer says something else.</returns>
    public static TimeSpan? PauseOf(HttpAnswer answer, DateTimeOffset now)
    {
        if (answer.Status is not (403 or 429))
            return null;
        if (answer.RetryAfter(now) is { } asked)
            return asked;
        if (Number(answer.Headers, "X-RateLimit-Remaining") is 0 && Number(answer.Headers, "X-RateLimit-Reset") is { } reset)
            return Until(reset, now);

        return answer.Status is 429 || IsSaid(answer) ? Unsaid : null;
    }

    private static bool IsSaid(HttpAnswer answer) =>
        answer.Body is JsonObject body && body["message"]?.ToString().Contains("rate limit", StringComparison.OrdinalIgnoreCase) is true;

    // The reset is by GitHub's clock: one that is behind ours does not make the pause none.
    private static TimeSpan Until(long seconds, DateTimeOffset now)
    {
        var wait = TimeSpan.FromSeconds(Math.Clamp(seconds - now.ToUnixTimeSeconds(), 1, (long)TimeSpan.FromHours(1).TotalSeconds));
        return wait + TimeSpan.FromSeconds(1);
    }

    private static long? Number(HttpResponseHeaders? headers, string name) =>
        headers?.TryGetValues(name, out var values) is true
        && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
