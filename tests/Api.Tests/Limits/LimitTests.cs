using System.Net;
using System.Net.Http.Json;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Limits;

/// <summary>Small limits, for local callers too: what is more is refused with when to come again, and hurts nobody else.</summary>
public sealed class LimitTests(LimitTests.Tight tight) : IClassFixture<LimitTests.Tight>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Service Service => tight.Service;

    [Fact]
    public async Task A_principal_that_calls_too_often_waits_and_others_do_not()
    {
        await Service.EnrolAsync("hasty", [], []);
        await Service.EnrolAsync("calm", [], []);
        using var hasty = Service.ClientOf("hasty");
        using var calm = Service.ClientOf("calm");

        var refused = await UntilRefusedAsync(() => hasty.GetAsync("/api/v1/catalog?limit=1", Cancellation), most: Tight.Burst + 200);

        using (refused)
        {
            await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.rate");
            Assert.InRange(refused.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        }

        using var other = await calm.GetAsync("/api/v1/catalog?limit=1", Cancellation);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Open_requests_are_bounded_also_when_they_come_at_once()
    {
        await Service.EnrolAsync("busy", [], []);
        using var busy = Service.ClientOf("busy");
        Service.Target.Fail(times: 1000, status: 400); // what fails waits for a person, and stays open

        var answers = await Task.WhenAll(Enumerable.Range(0, Tight.OpenRequests * 3).Select(_ => SubmitAsync(busy, new { name = "web" })));

        Assert.Equal(Tight.OpenRequests, answers.Count(answer => answer.StatusCode is HttpStatusCode.Accepted));
        var refused = answers.First(answer => answer.StatusCode is not HttpStatusCode.Accepted);
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.open_requests");
        Assert.NotNull(refused.Headers.RetryAfter);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task A_repeated_submission_is_answered_though_the_quota_is_used_up()
    {
        await Service.EnrolAsync("repeats", [], []);
        using var repeats = Service.ClientOf("repeats");
        Service.Target.Fail(times: 1000, status: 400);
        repeats.DefaultRequestHeaders.Add("Idempotency-Key", "one");
        using var first = await SubmitAsync(repeats, new { name = "web" });
        repeats.DefaultRequestHeaders.Remove("Idempotency-Key");
        for (var number = 1; number < Tight.OpenRequests; number++)
            (await SubmitAsync(repeats, new { name = "web" })).Dispose();

        repeats.DefaultRequestHeaders.Add("Idempotency-Key", "one");
        using var again = await SubmitAsync(repeats, new { name = "web" });
        repeats.DefaultRequestHeaders.Remove("Idempotency-Key");
        using var another = await SubmitAsync(repeats, new { name = "web" });

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal((string?)(await Service.ReadAsync(first))["id"], (string?)(await Service.ReadAsync(again))["id"]);
        Assert.Equal(HttpStatusCode.TooManyRequests, another.StatusCode);
    }

    [Fact]
    public async Task Calls_that_wait_are_bounded_and_others_are_not()
    {
        await Service.EnrolAsync("waiter", [], []);
        using var waiter = Service.ClientOf("waiter");
        Service.Target.Fail(times: 1000, status: 400);
        using var submitted = await SubmitAsync(waiter, new { name = "web" });
        var id = (string?)(await Service.ReadAsync(submitted))["id"] ?? "";
        await Service.WaitForStatusAsync(waiter, id, "failed");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var calls = Enumerable.Range(0, Tight.WaitingCalls + 1)
            .Select(_ => waiter.GetAsync($"/api/v1/requests/{id}/status?wait=60s", stop.Token)).ToList();
        var first = await Task.WhenAny(calls); // whichever came last
        using var refused = await first;
        using var quick = await waiter.GetAsync($"/api/v1/requests/{id}/status", Cancellation);

        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.waiting_calls");
        Assert.Equal(HttpStatusCode.OK, quick.StatusCode);
        await stop.CancelAsync();
        foreach (var waiting in calls.Where(call => call != first))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        using var pauses = new PeriodicTimer(TimeSpan.FromMilliseconds(250)); // no more often than it may call
        using var later = await UntilAsync(
            async () =>
            {
                await pauses.WaitForNextTickAsync(Cancellation);
                return await waiter.GetAsync($"/api/v1/requests/{id}/status?wait=1s", Cancellation);
            },
            answer => answer.StatusCode is HttpStatusCode.OK, most: 100);
    }

    /// <summary>A service of its own: whom it refuses is everybody on this machine.</summary>
    [Fact]
    public async Task An_address_that_fails_to_show_who_calls_is_refused_before_it_is_looked_at()
    {
        await using var service = await FewFailuresAsync();
        using var stranger = service.Stranger();
        using var known = service.Client();

        var failures = 0;
        using var refused = await UntilRefusedAsync(
            () =>
            {
                failures++;
                return stranger.GetAsync("/api/v1/requests", Cancellation);
            },
            most: 30);
        using var alsoRefused = await known.GetAsync("/api/v1/requests", Cancellation);

        Assert.InRange(failures, 20, 22);
        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.rate");
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var number = 0; number < 10; number++) // parts of the next token come back, and are none
        {
            await timer.WaitForNextTickAsync(Cancellation);
            using var still = await stranger.GetAsync("/api/v1/requests", Cancellation);
            Assert.Equal(HttpStatusCode.TooManyRequests, still.StatusCode);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, alsoRefused.StatusCode);
    }

    [Fact]
    public async Task Where_nobody_is_asked_a_wrong_key_counts_and_who_shows_none_is_answered()
    {
        await using var service = await FewFailuresAsync();
        using var guesser = service.Stranger();
        guesser.DefaultRequestHeaders.Authorization = new("Bearer", "a-guess");
        using var prober = service.Stranger();

        using var refused = await UntilRefusedAsync(() => guesser.GetAsync("/api/v1/health", Cancellation), most: 30);
        using var probed = await prober.GetAsync("/api/v1/health", Cancellation);

        await ProblemAssert.IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "limit.rate");
        Assert.Equal(HttpStatusCode.OK, probed.StatusCode);
    }

    private static async Task<Service> FewFailuresAsync()
    {
        var service = new Service
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:CallerLimits:LimitLocal"] = "true",
                ["Pao:CallerLimits:FailuresPerAddress:Calls"] = "1",
                ["Pao:CallerLimits:FailuresPerAddress:Period"] = "00:10:00",
                ["Pao:CallerLimits:FailuresPerAddress:Burst"] = "20",
            },
        };
        await service.InitializeAsync();
        return service;
    }

    [Fact]
    public async Task The_administrator_of_the_data_directory_is_not_limited_unless_it_is_said()
    {
        await using var service = new Service
        {
            Settings = new Dictionary<string, string> { ["Pao:CallerLimits:PerPrincipal:Calls"] = "1", ["Pao:CallerLimits:PerPrincipal:Burst"] = "1", ["Pao:CallerLimits:OpenRequests"] = "1" },
        };
        await service.InitializeAsync();
        using var admin = service.Client();

        for (var number = 0; number < 30; number++)
        {
            using var answer = await admin.GetAsync("/api/v1/catalog?limit=1", Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("Pao:CallerLimits:OpenRequests", "0")]
    [InlineData("Pao:CallerLimits:PerPrincipal:Calls", "-1")]
    [InlineData("Pao:CallerLimits:Proxies:0", "the-proxy")]
    public async Task A_wrong_limit_stops_the_start_and_names_its_key(string key, string value)
    {
        await using var service = new Service { Settings = new Dictionary<string, string> { [key] = value } };

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await service.InitializeAsync());

        Assert.Contains(key.Replace(":0", "", StringComparison.Ordinal), failure.ToString(), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SubmitAsync(HttpClient client, object fields) =>
        client.PostAsJsonAsync("/api/v1/requests", new { catalog_item_id = TestCatalog.Steps, fields }, Cancellation);

    private static Task<HttpResponseMessage> UntilRefusedAsync(Func<Task<HttpResponseMessage>> call, int most) =>
        UntilAsync(call, answer => answer.StatusCode is HttpStatusCode.TooManyRequests, most);

    private static async Task<HttpResponseMessage> UntilAsync(
        Func<Task<HttpResponseMessage>> call, Func<HttpResponseMessage, bool> reached, int most)
    {
        for (var tries = 0; tries < most; tries++)
        {
            var answer = await call();
            if (reached(answer))
                return answer;
            answer.Dispose();
        }

        throw new TimeoutException($"The answer was not as expected {most} times.");
    }

    public sealed class Tight : IAsyncLifetime
    {
        public const int Burst = 100;
        public const int OpenRequests = 5;
        public const int WaitingCalls = 3;

        public Service Service { get; } = new()
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:CallerLimits:PerPrincipal:Calls"] = "5",
                ["Pao:CallerLimits:PerPrincipal:Burst"] = $"{Burst}",
                ["Pao:CallerLimits:OpenRequests"] = $"{OpenRequests}",
                ["Pao:CallerLimits:WaitingCalls"] = $"{WaitingCalls}",
            },
        };

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
