using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Resilience;

namespace Pao.Activities.Tests.Resilience;

public sealed class ExternalSystemTests
{
    private static readonly (string, string)[] Settings = [("Pao:Resilience:FewestCalls", "4"), ("Pao:Resilience:FirstBreak", "00:00:10")];

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(408, true)]
    [InlineData(429, false)]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    public async Task Calls_that_the_system_fails_open_its_breaker_and_others_do_not(int status, bool opens)
    {
        await using var target = await Target.AnsweringAsync(status);
        await using var actions = new Actions(null, _clock, Settings);

        for (var n = 0; n < 4; n++)
            await FailAsync(actions, target);
        var failure = await FailAsync(actions, target);

        Assert.Equal(opens, failure.Code is "action.system_unavailable");
        Assert.Equal(opens ? 4 : 5, target.Calls.Count);
        Assert.Equal((opens ? BreakerState.Open : BreakerState.Closed, opens ? $"{status}" : null), (Look(actions).State, Look(actions).LastError));
    }

    [Fact]
    public async Task A_system_that_is_away_is_one_that_failed()
    {
        await using var actions = new Actions(null, _clock, Settings);
        const string Config = """{"endpoint": {"url": "http://127.0.0.1:1/"}}""";

        for (var n = 0; n < 4; n++)
            Assert.Equal("action.unavailable", (await actions.FailAsync("rest-api", Config)).Code);
        var failure = await actions.FailAsync("rest-api", Config);

        Assert.Equal(("action.system_unavailable", true), (failure.Code, failure.Retryable));
        Assert.Equal($"http://127.0.0.1:1 is unavailable since {_clock.GetUtcNow():u} (last error: ConnectionError).", failure.Message);
        Assert.Equal("http://127.0.0.1:1", failure.Properties?["system"]);
        Assert.InRange((double)failure.Properties!["retry_after"]!, 9.9, 10.1);
    }

    [Theory]
    [InlineData(200, "timeout")]
    [InlineData(500, "timeout")]
    [InlineData(404, "timeout")]
    public async Task A_system_whose_answers_begin_and_do_not_end_has_failed(int status, string error)
    {
        await using var target = await Target.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Target.HangAsync(context);
        });
        await using var actions = new Actions(Settings);
        var brief = Actions.Action("rest-api", Config(target), timeout: TimeSpan.FromMilliseconds(300));

        for (var n = 0; n < 4; n++)
            Assert.Equal("action.timeout", (await Assert.ThrowsAsync<ActionFailedException>(() => actions.RunAsync(brief))).Code);
        var sent = target.Calls.Count;
        var failure = await FailAsync(actions, target);

        Assert.Equal("action.system_unavailable", failure.Code);
        Assert.Equal((BreakerState.Open, error), (Look(actions).State, Look(actions).LastError));
        Assert.Equal(sent, target.Calls.Count);
    }

    [Fact]
    public async Task A_system_that_cuts_its_answers_short_has_failed()
    {
        await using var target = await Target.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted); // the headers arrive, and then the server ends it
        });
        await using var actions = new Actions(Settings);

        for (var n = 0; n < 4; n++)
            Assert.Equal("action.unavailable", (await FailAsync(actions, target)).Code);

        Assert.Equal("action.system_unavailable", (await FailAsync(actions, target)).Code);
        Assert.Equal(BreakerState.Open, Look(actions).State);
    }

    [Theory]
    [InlineData(200, BreakerState.Closed)]
    [InlineData(500, BreakerState.Open)]
    public async Task An_answer_that_is_too_large_counts_by_its_status(int status, BreakerState state)
    {
        await using var target = await Target.AnsweringAsync(status, new string('x', 3000));
        await using var actions = new Actions([.. Settings, ("Pao:Activities:MaxResponseBytes", "2000")]);

        for (var n = 0; n < 4; n++)
        {
            var failure = await FailAsync(actions, target);
            Assert.Equal("action.response_too_large", failure.Code);
            Assert.EndsWith($"answered {status} with more than 2000 bytes.", failure.Message);
        }

        Assert.Equal(state, Look(actions).State);
    }

    [Fact]
    public async Task A_call_is_under_way_until_its_answer_has_ended()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        using var systems = new ExternalSystems(Options.Create(new ResilienceOptions()), _clock, null);
        using var server = new Answering(new StreamContent(pipe.Reader.AsStream()));
        using var client = new HttpMessageInvoker(new SystemHandler(systems) { InnerHandler = server });
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.test/");

        var call = client.SendAsync(request, TestContext.Current.CancellationToken); // its headers are there at once

        Assert.False(call.IsCompleted);
        Assert.Equal(1, Assert.Single(systems.Look()).InFlight);
        await pipe.Writer.WriteAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        using var answer = await call;
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, Assert.Single(systems.Look()).InFlight);
    }

    [Fact]
    public async Task What_may_not_be_called_says_nothing_about_a_system()
    {
        await using var actions = new Actions(null, _clock, Settings);

        for (var n = 0; n < 6; n++)
            Assert.Equal("action.egress_refused", (await actions.FailAsync("rest-api", """{"endpoint": {"url": "http://10.0.0.1/"}}""")).Code);

        Assert.Equal(BreakerState.Closed, Look(actions).State);
    }

    [Fact]
    public async Task After_the_break_one_call_tests_the_system_and_its_failure_costs_no_try()
    {
        var status = 503;
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var actions = new Actions(null, _clock, Settings);
        for (var n = 0; n < 4; n++)
            await FailAsync(actions, target);

        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("action.system_unavailable", (await FailAsync(actions, target)).Code);
        Assert.Equal(5, target.Calls.Count);

        // The next break is twice as long.
        status = 200;
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("action.system_unavailable", (await FailAsync(actions, target)).Code);
        Assert.Equal(5, target.Calls.Count);
        _clock.Advance(TimeSpan.FromSeconds(11));
        await actions.RestAsync(Config(target));

        Assert.Equal(BreakerState.Closed, Look(actions).State);
    }

    [Fact]
    public async Task One_system_that_is_away_holds_up_no_other()
    {
        await using var bad = await Target.AnsweringAsync(500);
        await using var good = await Target.AnsweringAsync(200);
        await using var actions = new Actions(null, _clock, Settings);

        for (var n = 0; n < 5; n++)
            await FailAsync(actions, bad);
        await actions.RestAsync(Config(good));

        Assert.Equal([BreakerState.Open, BreakerState.Closed], Systems(actions).Look().Select(standing => standing.State));
    }

    [Fact]
    public async Task A_system_is_given_no_more_calls_at_once_than_its_limit()
    {
        var (running, most) = (0, 0);
        var (go, full) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var target = await Target.StartAsync(async context =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            if (running is 3)
                full.TrySetResult();
            await go.Task;
            Interlocked.Decrement(ref running);
        });
        await using var actions = new Actions(("Pao:Resilience:MaxConcurrencyOf:127.0.0.1", "3"));
        var calls = Enumerable.Range(0, 10).Select(n => actions.CallAsync(Actions.Action("rest-api", Config(target)))).ToArray();
        await full.Task.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, Look(actions).InFlight);
        var parked = Assert.IsType<Admission.Parked>(Systems(actions).Enter(Look(actions).System, "another"));
        Assert.Equal(ParkedReason.Busy, parked.Reason);

        go.SetResult();
        await Task.WhenAll(calls);
        Assert.Equal(3, most);
        Assert.Equal(0, Look(actions).InFlight);
    }

    [Fact]
    public async Task Who_waits_too_long_for_its_turn_was_never_sent_and_waits_on()
    {
        var begun = new TaskCompletionSource();
        await using var target = await Target.StartAsync(context =>
        {
            begun.TrySetResult();
            return Target.HangAsync(context);
        });
        await using var actions = new Actions(("Pao:Resilience:MaxConcurrency", "1"));
        using var given = new CancellationTokenSource();
        var first = actions.CallAsync(Actions.Action("rest-api", Config(target), timeout: TimeSpan.FromSeconds(30)), given.Token);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);

        var failure = await actions.FailAsync("rest-api", Config(target), timeout: TimeSpan.FromMilliseconds(200));

        Assert.Equal(("action.system_unavailable", true), (failure.Code, failure.Retryable));
        Assert.Single(target.Calls);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("DATE+90", 90)]
    [InlineData("100000", 3600)]
    [InlineData("soon", null)]
    [InlineData("-1", null)]
    public async Task How_long_a_system_wants_to_be_left_alone_is_told(string header, int? seconds)
    {
        var value = header is "DATE+90" ? _clock.GetUtcNow().AddSeconds(90).ToString("R") : header;
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = value;
            return Task.CompletedTask;
        });
        await using var actions = new Actions(null, _clock);

        var failure = await FailAsync(actions, target);

        Assert.Equal("action.unavailable", failure.Code);
        if (seconds is { } expected)
            Assert.InRange((double)failure.Properties!["retry_after"]!, expected - 1, expected);
        else
            Assert.Null(failure.Properties);
    }

    [Fact]
    public async Task Systems_that_are_kept_in_mind_and_named_in_metrics_are_bounded()
    {
        await using var actions = new Actions();
        var systems = Systems(actions);
        var tags = new HashSet<object?>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => Listen(instrument, listening) };
        listener.SetMeasurementEventCallback<int>((_, _, measured, _) =>
        {
            if (measured[0].Value is "other" || $"{measured[0].Value}".StartsWith("https://host-", StringComparison.Ordinal))
                tags.Add(measured[0].Value);
        });
        listener.Start();

        for (var n = 0; n < 2 * ExternalSystems.Capacity; n++)
            systems.Enter($"https://host-{n}.test", "key");
        listener.RecordObservableInstruments();

        Assert.InRange(systems.Look().Count, 1, ExternalSystems.Capacity);
        Assert.Contains("other", tags);
        Assert.InRange(tags.Count, 2, 101);
    }

    [Fact]
    public async Task Calls_are_measured_by_system_and_outcome()
    {
        await using var target = await Target.AnsweringAsync(503);
        await using var actions = new Actions(null, _clock, Settings);
        var outcomes = new List<(string?, string?)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => Listen(instrument, listening) };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            if (instrument.Name is "pao.activities.calls" && (string?)tags[0].Value == target.Url)
                outcomes.Add(((string?)tags[0].Value, (string?)tags[1].Value));
        });
        listener.Start();

        for (var n = 0; n < 4; n++)
            await FailAsync(actions, target);

        // Not as an action: that one would ask first, and wait.
        await Assert.ThrowsAsync<ActionFailedException>(() => actions.Executor("rest-api").StartAsync(
            Activities.Tests.Actions.Action("rest-api", Config(target)), TestContext.Current.CancellationToken));

        Assert.Equal([.. Enumerable.Repeat((target.Url, "failed"), 4), (target.Url, "held_back")], outcomes);
    }

    [Theory]
    [InlineData("https://API.Example.com/a?b=c", "https://api.example.com")]
    [InlineData("https://api.example.com:443/", "https://api.example.com")]
    [InlineData("http://user:pw@api.example.com:8080/", "http://api.example.com:8080")]
    [InlineData("http://[::1]:80/", "http://[::1]")]
    public void A_system_is_named_by_where_it_is(string url, string name) => Assert.Equal(name, ExternalSystems.NameOf(new Uri(url)));

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name is SystemMetrics.MeterName)
            listener.EnableMeasurementEvents(instrument);
    }

    private static string Config(Target target) => $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""";

    private static Task<ActionFailedException> FailAsync(Actions actions, Target target) => actions.FailAsync("rest-api", Config(target));

    private static ExternalSystems Systems(Actions actions) => actions.Services.GetRequiredService<ExternalSystems>();

    private static SystemStanding Look(Actions actions) => Assert.Single(Systems(actions).Look());

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    private sealed class Answering(HttpContent content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = content });
    }
}
