using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Resilience;

namespace Pao.Activities.Tests.Resilience;

public sealed class SystemGateTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly GateSettings _settings = new(TimeSpan.FromSeconds(5), LargestWave: 128);
    private readonly SystemGate _gate;

    public SystemGateTests() => _gate = new SystemGate("jira:default", _settings, _clock);

    [Fact]
    public void All_go_while_the_breaker_is_closed() =>
        Assert.All(Enumerable.Range(0, 100), n => Assert.IsType<Admission.Admitted>(Enter($"{n}")));

    [Fact]
    public void Who_is_parked_is_told_for_which_system_since_when_and_until_when()
    {
        _gate.LastError = "503";
        _gate.Open(Break);
        var opened = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(10));

        var parked = Assert.IsType<Admission.Parked>(Enter("a"));

        Assert.Equal(
            new Admission.Parked(
                "jira:default", ParkedReason.Unavailable, opened, "503", opened + Break, TimeSpan.FromSeconds(20)),
            parked);
        Assert.Equal(1, _gate.CountParked());
    }

    [Fact]
    public void After_the_break_one_tests_the_system_and_the_others_wait_on()
    {
        _gate.Open(Break);
        foreach (var key in new[] { "a", "b", "c" })
            Assert.IsType<Admission.Parked>(Enter(key));
        _clock.Advance(Break);

        Assert.IsType<Admission.Admitted>(Enter("b"));
        Assert.IsType<Admission.Parked>(Enter("a"));
        Assert.IsType<Admission.Parked>(Enter("c"));
        Assert.IsType<Admission.Admitted>(Enter("b")); // who tests may ask again, after a crash for instance
    }

    [Fact]
    public void A_test_that_never_ends_does_not_keep_the_others_out_for_ever()
    {
        _gate.Open(Break);
        _clock.Advance(Break);
        Assert.IsType<Admission.Admitted>(Enter("a"));
        _clock.Advance(_settings.TestTime);

        Assert.IsType<Admission.Admitted>(Enter("b"));
    }

    [Fact]
    public void A_test_that_failed_begins_another_break_and_since_stays()
    {
        _gate.Open(Break);
        var opened = _clock.GetUtcNow();
        _clock.Advance(Break);
        Enter("a");
        _gate.Open(2 * Break);

        var parked = Assert.IsType<Admission.Parked>(Enter("b"));

        Assert.Equal(opened, parked.Since);
        Assert.Equal(_clock.GetUtcNow() + (2 * Break), parked.Until);
    }

    [Fact]
    public void Who_waited_is_let_in_in_growing_waves_and_keeps_its_place()
    {
        _gate.Open(Break);
        for (var n = 0; n < 100; n++)
            Enter($"{n}");
        _clock.Advance(Break);
        Enter("0");
        _gate.Close();
        var closed = _clock.GetUtcNow();

        var places = Enumerable.Range(1, 99).Select(n => (Key: $"{n}", Answer: Enter($"{n}"))).ToArray();
        Assert.Single(places, place => place.Answer is Admission.Admitted);
        var later = places.Where(place => place.Answer is Admission.Parked).Select(place => (place.Key, Parked: (Admission.Parked)place.Answer)).ToArray();
        Assert.All(later, place => Assert.Equal((ParkedReason.Recovering, closed), (place.Parked.Reason, place.Parked.Since)));
        Assert.Equal([2, 4, 8, 16, 32, 36], later.GroupBy(place => (int)((place.Parked.Until - closed) / _settings.WaveInterval)).Select(wave => wave.Count()));

        // Asking too early changes nothing; asking in time lets in.
        Assert.Equal(later[0].Parked.Until, Assert.IsType<Admission.Parked>(Enter(later[0].Key)).Until);
        foreach (var (key, parked) in later)
        {
            _clock.Advance(parked.Until - _clock.GetUtcNow());
            Assert.IsType<Admission.Admitted>(Enter(key));
        }
    }

    [Fact]
    public void Who_comes_new_after_the_break_does_not_overtake_the_wave()
    {
        _gate.Open(Break);
        _gate.Close();

        Assert.IsType<Admission.Admitted>(Enter("new-1"));
        Assert.IsType<Admission.Parked>(Enter("new-2"));
    }

    [Fact]
    public void When_the_waves_have_grown_and_nobody_waits_all_go_again()
    {
        _gate.Open(Break);
        _gate.Close();
        _clock.Advance(8 * _settings.WaveInterval);

        Assert.All(Enumerable.Range(0, 500), n => Assert.IsType<Admission.Admitted>(Enter($"{n}")));
    }

    [Fact]
    public void A_breaker_that_opens_again_takes_the_places_back()
    {
        _gate.Open(Break);
        _gate.Close();
        Enter("a");
        var place = Assert.IsType<Admission.Parked>(Enter("b"));
        _gate.Open(Break);
        _clock.Advance(place.Wait);

        Assert.Equal(ParkedReason.Unavailable, Assert.IsType<Admission.Parked>(Enter("b")).Reason);
    }

    [Fact]
    public void A_system_that_has_its_calls_is_given_no_more()
    {
        var parked = Assert.IsType<Admission.Parked>(_gate.Enter("a", hasRoom: false));

        Assert.Equal((ParkedReason.Busy, null), (parked.Reason, parked.Since));
        Assert.IsType<Admission.Admitted>(Enter("a"));
        Assert.Equal(0, _gate.CountParked());
    }

    [Fact]
    public void Who_does_not_come_back_is_no_longer_counted()
    {
        _gate.Open(Break);
        Enter("a");
        _clock.Advance(Break + _settings.Patience + TimeSpan.FromSeconds(2));

        Assert.Equal(0, _gate.CountParked());
    }

    [Fact]
    public void Those_who_are_kept_in_mind_are_bounded()
    {
        var gate = new SystemGate("s", _settings with { MaxParked = 10 }, _clock);
        gate.Open(Break);
        for (var n = 0; n < 100; n++)
            Assert.IsType<Admission.Parked>(gate.Enter($"{n}", hasRoom: true));

        Assert.Equal(10, gate.CountParked());
    }

    private Admission Enter(string key) => _gate.Enter(key, hasRoom: true);
}
