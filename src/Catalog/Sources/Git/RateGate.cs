using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Pao.Catalog.Sources.Git;

/// <summary>
/// Closes while a host wants no calls: its rate limit is used up, or it asks to be left alone. Nothing waits behind it; who
/// calls is told until when, and what was loaded before stays in force.
/// </summary>
internal sealed class RateGate(string host, TimeProvider clock)
{
    /// <summary>What hosts ask for when they say nothing else, doubled each time that it was not enough.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    /// <summary>The longest that any host's window is; a longer wait is a mistake.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private int _refusals;

    public DateTimeOffset? ClosedUntil
    {
        get
        {
            lock (_gate)
            {
                return _until > clock.GetUtcNow() ? _until : null;
            }
        }
    }

    /// <exception cref="SourceUnavailableException">The host wants no calls now.</exception>
    public void Pass()
    {
        if (ClosedUntil is { } until)
        {
            throw new SourceUnavailableException(
                $"{host} takes no more calls of this service before {until.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC, "
                + "its rate limit is used up; then it is read again.");
        }
    }

    /// <summary>Learns from an answer what the host takes from now on.</summary>
    /// <exception cref="SourceUnavailableException">The answer is that the host wants no calls now.</exception>
    public void Learn(HttpResponseMessage answer, ReadOnlySpan<byte> body)
    {
        var remaining = Number(answer.Headers, "X-RateLimit-Remaining") ?? Number(answer.Headers, "RateLimit-Remaining");
        var isRefused = answer.StatusCode is HttpStatusCode.TooManyRequests
            || (answer.StatusCode is HttpStatusCode.Forbidden && (remaining is 0 || answer.Headers.RetryAfter is not null || IsAboutLimits(body)));
        lock (_gate)
        {
            _refusals = isRefused ? _refusals + 1 : 0;
            if (isRefused)
            {
                var pause = RetryAfter(answer) ?? (remaining is 0 ? UntilReset(answer) : null) ?? FirstPause * Math.Pow(2, Math.Min(_refusals - 1, 6));
                Close(pause);
            }
            else if (remaining is 0 && UntilReset(answer) is { } rest)
            {
                Close(rest);
            }
        }

        if (isRefused)
        {
            Pass();
        }
    }

    private static bool IsAboutLimits(ReadOnlySpan<byte> body) => body.IndexOf("rate limit"u8) >= 0;

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && long.TryParse(values.First(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - HostTime(answer),
        _ => null,
    };

    /// <summary>The host says when by its own clock, which need not agree with this machine's: only the distance counts.</summary>
    private TimeSpan? UntilReset(HttpResponseMessage answer) =>
        (Number(answer.Headers, "X-RateLimit-Reset") ?? Number(answer.Headers, "RateLimit-Reset")) is { } seconds and > 0 and < 253402300800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds) - HostTime(answer)
            : null;

    private DateTimeOffset HostTime(HttpResponseMessage answer) => answer.Headers.Date ?? clock.GetUtcNow();

    /// <summary>A second more, since hosts speak in whole ones.</summary>
    private void Close(TimeSpan pause)
    {
        var bounded = pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
        _until = clock.GetUtcNow() + bounded + TimeSpan.FromSeconds(1);
    }
}
