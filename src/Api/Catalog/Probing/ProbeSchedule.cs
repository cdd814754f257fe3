using Microsoft.Extensions.Options;
using Pao.Catalog;

namespace Pao.Api.Catalog.Probing;

/// <summary>
/// Which URL is to be probed when, and what is known of each. A URL that several entries have is probed once, at the shortest
/// of their intervals. It holds no more than the catalog does, and gives out no more at a time than its limits say.
/// </summary>
internal sealed class ProbeSchedule
{
    /// <summary>First probes are spread over this, or an interval, so that a start is no wave.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    /// <summary>What an operator has to change first: it is not tried again, and logged again, all the time.</summary>
    private static readonly TimeSpan RefusedInterval = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _shortest;
    private readonly TimeSpan _pace;
    private Dictionary<Uri, CheckedUrl> _urls = [];
    private DateTimeOffset _nextStart;

    public ProbeSchedule(IOptions<ProbingOptions> options, TimeProvider clock)
    {
        (_shortest, _clock) = (options.Value.ShortestInterval, clock);
        _pace = TimeSpan.FromSeconds(1) / options.Value.MostPerSecond;
    }

    /// <summary>Takes over the health checks of these entries. What is known of a URL stays; what no entry has any more is forgotten.</summary>
    public void Follow(IEnumerable<CatalogEntry> entries)
    {
        lock (_lock)
        {
            Dictionary<Uri, CheckedUrl> next = [];
            foreach (var group in entries.Where(entry => entry.Monitoring?.HealthCheck is not null).GroupBy(entry => entry.Monitoring?.HealthCheck?.Url))
                if (group.Key is { } url)
                    next[url] = Planned(url, group.Min(entry => entry.Id) ?? "", group.Min(entry => entry.Monitoring?.HealthCheck?.Interval) ?? _shortest);
            _urls = next;
        }
    }

    /// <summary>Gives out the URL that is longest due, as one that is being probed; or else tells how long there is nothing to do.</summary>
    public CheckedUrl? TakeDue(out TimeSpan wait)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            var first = _urls.Values.Where(one => !one.IsUnderWay).MinBy(one => one.Due);
            var at = first is null ? now + LongestWait : Later(first.Due, _nextStart);
            if (first is null || at > now)
            {
                wait = at - now < LongestWait ? at - now : LongestWait;
                return null;
            }

            wait = TimeSpan.Zero;
            _nextStart = now + _pace;
            (first.IsUnderWay, first.Begun) = (true, now);
            return first;
        }
    }

    /// <returns>What was known before.</returns>
    public ProbeStanding Record(CheckedUrl one, ProbeResult result)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            var before = one.Standing;
            one.Standing = before.With(result, now);
            one.IsUnderWay = false;
            one.Due = Later(DueAfter(one) ?? now, now);
            return before;
        }
    }

    /// <summary>What is known of a health check, and how often it is probed; null when it is not probed.</summary>
    public (ProbeStanding Standing, TimeSpan Interval)? Find(HealthCheck check)
    {
        lock (_lock)
            return _urls.TryGetValue(check.Url, out var one) ? (one.Standing, one.Interval) : null;
    }

    private CheckedUrl Planned(Uri url, string entry, TimeSpan wanted)
    {
        var interval = wanted > _shortest ? wanted : _shortest;
        if (!_urls.TryGetValue(url, out var one))
            return new CheckedUrl(url) { Entry = entry, Interval = interval, Due = _clock.GetUtcNow() + FirstWait(interval) };

        one.Entry = entry;
        if (one.Interval != interval)
        {
            one.Interval = interval;
            one.Due = DueAfter(one) ?? one.Due;
        }

        return one;
    }

    private static DateTimeOffset? DueAfter(CheckedUrl one) =>
        one.Begun + (one.Standing.State is HealthState.Refused && one.Interval < RefusedInterval ? RefusedInterval : one.Interval);

    private static TimeSpan FirstWait(TimeSpan interval) => (interval < Spread ? interval : Spread) * Random.Shared.NextDouble();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
