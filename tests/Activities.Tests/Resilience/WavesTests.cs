using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Resilience;

namespace Pao.Activities.Tests.Resilience;

public sealed class WavesTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Places_double_with_each_interval_up_to_the_largest_wave()
    {
        var begin = _clock.GetUtcNow();
        var waves = new Waves(begin, Interval, largest: 16);

        var places = Enumerable.Range(0, 1 + 2 + 4 + 8 + 16 + 16).Select(_ => waves.Take(begin) - begin).ToArray();

        Assert.Equal([1, 2, 4, 8, 16, 16], places.GroupBy(place => (int)(place / Interval)).Select(wave => wave.Count()));
        Assert.Equal(places.Order(), places);
        Assert.Equal(places.Length, places.Distinct().Count());
    }

    [Fact]
    public void Places_that_nobody_took_in_time_are_gone()
    {
        var begin = _clock.GetUtcNow();
        var waves = new Waves(begin, Interval, largest: 16);
        _clock.Advance(3 * Interval);

        var places = Enumerable.Range(0, 9).Select(_ => waves.Take(_clock.GetUtcNow())).ToArray();

        Assert.All(places[..8], place => Assert.Equal(_clock.GetUtcNow(), place));
        Assert.Equal(begin + (4 * Interval), places[8]);
    }
}
