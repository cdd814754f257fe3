using Microsoft.Extensions.Time.Testing;

namespace Pao.DurableTask.Tests;

public sealed class HeartbeatTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Heartbeats _heartbeats;

    public HeartbeatTests() => _heartbeats = new Heartbeats(_time);

    [Fact]
    public void A_loop_that_says_nothing_for_half_a_minute_is_not_alive()
    {
        var beat = _heartbeats.Of("loop");

        _time.Advance(Heartbeats.Patience);
        Assert.True(Assert.Single(_heartbeats.Look()).IsAlive);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(Assert.Single(_heartbeats.Look()).IsAlive);
        beat.Beat();
        Assert.True(Assert.Single(_heartbeats.Look()).IsAlive);
    }

    [Fact]
    public void A_loop_may_rest_for_as_long_as_it_said()
    {
        var beat = _heartbeats.Of("loop");
        beat.Beat(TimeSpan.FromMinutes(1));
        var began = _time.GetUtcNow();

        _time.Advance(TimeSpan.FromMinutes(1) + Heartbeats.Patience);
        Assert.Equal(new LoopStanding("loop", IsAlive: true, began), Assert.Single(_heartbeats.Look()));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(Assert.Single(_heartbeats.Look()).IsAlive);
    }

    [Fact]
    public void A_loop_that_ended_on_purpose_is_not_missed()
    {
        var other = _heartbeats.Of("loop");
        _heartbeats.Of("loop").End();

        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(Assert.Single(_heartbeats.Look()).IsAlive);
        other.End();
        Assert.Empty(_heartbeats.Look());
    }
}
