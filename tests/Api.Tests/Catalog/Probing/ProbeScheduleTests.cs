using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Api.Catalog.Probing;
using Pao.Catalog;

namespace Pao.Api.Tests.Catalog.Probing;

/// <summary>When which URL is probed, and what is known of it.</summary>
public sealed class ProbeScheduleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ProbeResult Healthy = new(HealthState.Healthy, null, TimeSpan.FromMilliseconds(5));
    private static readonly ProbeResult Unhealthy = new(HealthState.Unhealthy, "It answered 503.", TimeSpan.FromMilliseconds(7));
    private static readonly ProbeResult Refused = new(HealthState.Refused, "No.", null);

    private readonly FakeTimeProvider _clock = new();
    private readonly ProbingOptions _options = new() { MostPerSecond = 1000 };

    [Fact]
    public void A_url_is_first_probed_within_ten_seconds_at_a_time_of_its_own_and_then_at_its_interval()
    {
        var schedule = Following(Enumerable.Range(0, 50).Select(number => Entry($"item-{number}", $"https://{number}.example.com", Minute)));

        var firsts = new List<DateTimeOffset>();
        var begun = Run(schedule, TimeSpan.FromSeconds(10), Healthy, firsts);
        Assert.Equal(50, begun.Distinct().Count());
        Assert.Equal(50, begun.Count);
        Assert.True(firsts.Max() - firsts.Min() > TimeSpan.FromSeconds(5), "They come all at once.");

        Assert.Empty(Run(schedule, Minute - TimeSpan.FromSeconds(10), Healthy));
        Assert.Equal(50, Run(schedule, TimeSpan.FromSeconds(10), Healthy).Distinct().Count());
    }

    [Fact]
    public void Before_its_first_probe_nothing_is_known()
    {
        var entry = Entry("item", "https://x.example.com", Minute);

        Assert.Equal((ProbeStanding.Unknown, Minute), Following([entry]).Find(Check(entry)));
    }

    [Fact]
    public void Since_tells_when_the_state_began_and_last_checked_when_it_was_last_seen()
    {
        var entry = Entry("item", "https://x.example.com", Minute);
        var schedule = Following([entry]);
        var first = ProbeOnce(schedule, Healthy);
        ProbeOnce(schedule, Healthy);
        var broken = ProbeOnce(schedule, Unhealthy);
        var last = ProbeOnce(schedule, Unhealthy);

        Assert.Equal(
            new ProbeStanding(HealthState.Unhealthy, broken, last, Unhealthy.Latency, Unhealthy.Reason), schedule.Find(Check(entry))?.Standing);
        Assert.True(first < broken && broken < last);

        var back = ProbeOnce(schedule, Healthy);
        Assert.Equal(new ProbeStanding(HealthState.Healthy, back, back, Healthy.Latency, null), schedule.Find(Check(entry))?.Standing);
    }

    [Fact]
    public void Entries_with_one_url_share_its_probes_at_the_shortest_interval()
    {
        CatalogEntry[] entries =
        [
            Entry("b", "https://x.example.com/health", Minute), Entry("a", "https://X.example.com:443/health#here", Minute / 2),
            Entry("c", "https://x.example.com/Health", Minute),
        ];
        var schedule = Following(entries);

        var begun = Run(schedule, Minute - TimeSpan.FromSeconds(1), Healthy);

        Assert.Equal(2, begun.Count(one => one.Url.AbsolutePath == "/health"));
        Assert.Equal(1, begun.Count(one => one.Url.AbsolutePath == "/Health"));
        Assert.Equal("a", begun.First(one => one.Url.AbsolutePath == "/health").Entry);
        Assert.All(entries[..2], entry => Assert.Equal((HealthState.Healthy, Minute / 2), State(schedule, entry)));
    }

    [Fact]
    public void No_interval_is_shorter_than_the_operators()
    {
        var entry = Entry("item", "https://x.example.com", TimeSpan.FromMilliseconds(1));
        var schedule = Following([entry]);

        Assert.InRange(Run(schedule, Minute, Healthy).Count, 6, 7);
        Assert.Equal(TimeSpan.FromSeconds(10), schedule.Find(Check(entry))?.Interval);
    }

    [Fact]
    public void A_url_is_not_probed_again_while_its_probe_goes_on()
    {
        var schedule = Following([Entry("item", "https://x.example.com", Minute)]);
        _clock.Advance(Minute);
        var one = schedule.TakeDue(out _);
        Assert.NotNull(one);

        _clock.Advance(10 * Minute);
        Assert.Null(schedule.TakeDue(out var wait));
        Assert.Equal(TimeSpan.FromHours(1), wait);

        schedule.Record(one, Unhealthy);
        Assert.Same(one, schedule.TakeDue(out _));
    }

    [Fact]
    public void What_may_not_be_called_is_tried_again_every_ten_minutes()
    {
        var entry = Entry("item", "https://10.1.2.3", Minute);
        var schedule = Following([entry]);

        Assert.InRange(Run(schedule, TimeSpan.FromMinutes(30), Refused).Count, 3, 4);
        Assert.Equal((HealthState.Refused, Minute), State(schedule, entry));
    }

    [Fact]
    public void A_new_interval_counts_from_the_last_probe()
    {
        var before = Entry("item", "https://x.example.com", TimeSpan.FromHours(6));
        var schedule = Following([before]);
        ProbeOnce(schedule, Healthy);
        _clock.Advance(Minute);
        var after = Entry("item", "https://x.example.com", 2 * Minute);

        schedule.Follow([after]);

        Assert.Equal((HealthState.Healthy, 2 * Minute), State(schedule, after));
        Assert.Null(schedule.TakeDue(out var wait));
        Assert.Equal(Minute, wait);
    }

    [Fact]
    public void A_swap_forgets_what_is_gone_keeps_what_stays_and_begins_what_is_new()
    {
        var (stays, goes, comes) = (Entry("stays", "https://a.example.com", Minute), Entry("goes", "https://b.example.com", Minute), Entry("comes", "https://c.example.com", Minute));
        var schedule = Following([stays, goes]);
        Run(schedule, TimeSpan.FromSeconds(10), Healthy);

        schedule.Follow([stays, comes, Entry("without", null, Minute)]);

        Assert.Equal((HealthState.Healthy, Minute), State(schedule, stays));
        Assert.Null(schedule.Find(Check(goes)));
        Assert.Equal((HealthState.Unknown, Minute), State(schedule, comes));
        Assert.Equal(["comes", "stays"], Run(schedule, Minute, Healthy).Select(one => one.Entry).Distinct().Order());
    }

    [Fact]
    public void A_probe_that_ends_after_its_entry_is_gone_changes_nothing()
    {
        var schedule = Following([Entry("item", "https://x.example.com", Minute)]);
        _clock.Advance(Minute);
        var one = schedule.TakeDue(out _);
        Assert.NotNull(one);
        schedule.Follow([]);

        schedule.Record(one, Healthy);

        Assert.Null(schedule.Find(new HealthCheck(one.Url, Minute)));
        _clock.Advance(Minute);
        Assert.Null(schedule.TakeDue(out _));
    }

    [Fact]
    public void Five_thousand_urls_are_probed_in_turn_and_no_faster_than_the_limit()
    {
        _options.MostPerSecond = 20;
        var schedule = Following(Enumerable.Range(0, 5000).Select(number => Entry($"item-{number:0000}", $"https://{number}.example.com", Minute)));
        Run(schedule, TimeSpan.FromSeconds(10), Healthy);

        var begun = Run(schedule, TimeSpan.FromSeconds(250), Healthy);

        Assert.InRange(begun.Count, 4900, 5000);
        Assert.InRange(begun.CountBy(one => one.Url).Max(one => one.Value), 1, 2); // nobody is passed over for another
    }

    /// <summary>Probes whatever is due for a while, each in no time.</summary>
    private List<CheckedUrl> Run(ProbeSchedule schedule, TimeSpan time, ProbeResult result, List<DateTimeOffset>? at = null)
    {
        var begun = new List<CheckedUrl>();
        for (var end = _clock.GetUtcNow() + time; ;)
        {
            if (schedule.TakeDue(out var wait) is { } one)
            {
                begun.Add(one);
                at?.Add(_clock.GetUtcNow());
                schedule.Record(one, result);
                continue;
            }

            if (_clock.GetUtcNow() + wait > end)
            {
                _clock.Advance(end - _clock.GetUtcNow());
                return begun;
            }

            _clock.Advance(wait);
        }
    }

    /// <returns>When it was.</returns>
    private DateTimeOffset ProbeOnce(ProbeSchedule schedule, ProbeResult result)
    {
        schedule.TakeDue(out var wait);
        _clock.Advance(wait);
        schedule.Record(schedule.TakeDue(out _) ?? throw new InvalidOperationException("Nothing is due."), result);
        return _clock.GetUtcNow();
    }

    private ProbeSchedule Following(IEnumerable<CatalogEntry> entries)
    {
        var schedule = new ProbeSchedule(Options.Create(_options), _clock);
        schedule.Follow(entries);
        return schedule;
    }

    private static (HealthState, TimeSpan)? State(ProbeSchedule schedule, CatalogEntry entry) =>
        schedule.Find(Check(entry)) is var (standing, interval) ? (standing.State, interval) : null;

    private static HealthCheck Check(CatalogEntry entry) => entry.Monitoring?.HealthCheck ?? throw new InvalidOperationException("It has none.");

    private static CatalogItem Entry(string id, string? url, TimeSpan interval) => new()
    {
        Id = id,
        Name = id,
        Description = id,
        Version = "1.0.0",
        Category = "compute",
        Owner = new Owner("platform", "platform@example.com"),
        Metadata = [],
        Form = new Form([]),
        Mode = FulfillmentMode.Manual,
        ManualActions = [],
        File = $"{id}.yaml",
        Digest = id,
        Monitoring = new Monitoring([], url is null ? null : new HealthCheck(new Uri(url), interval)),
    };
}
