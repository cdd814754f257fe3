using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Resilience;

namespace Pao.Activities.Tests.Resilience;

/// <summary>An outage of an hour with a thousand actions, in seconds: the clock is turned by hand.</summary>
public sealed class OutageTests
{
    private const string System = "https://api.test";
    private const int Actions = 1000;
    private const int Tries = 3;

    private static readonly TimeSpan Outage = TimeSpan.FromHours(1);

    [Fact]
    public async Task Nobody_fails_for_good_and_nobody_storms_the_system_when_it_is_back()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        using var systems = new ExternalSystems(Options.Create(new ResilienceOptions()), clock, null);
        var (begin, calls) = (clock.GetUtcNow(), new List<DateTimeOffset>());
        using var server = new Server(() =>
        {
            calls.Add(clock.GetUtcNow());
            return clock.GetUtcNow() - begin < Outage ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;
        });
        using var client = new HttpMessageInvoker(new SystemHandler(systems) { InnerHandler = server });
        var (queue, failures, asked, done) = (new PriorityQueue<int, DateTimeOffset>(), new int[Actions], 0, 0);
        for (var n = 0; n < Actions; n++)
            queue.Enqueue(n, begin + (TimeSpan.FromMinutes(30) * n / Actions)); // they come in the first half hour

        while (queue.TryDequeue(out var action, out var when))
        {
            if (when > clock.GetUtcNow())
                clock.Advance(when - clock.GetUtcNow());
            asked++;
            switch (await TryAsync(systems, client, $"{action}"))
            {
                case null:
                    done++;
                    break;
                case { } wait when wait == TimeSpan.Zero:
                    Assert.True(++failures[action] < Tries, $"action {action} has used its tries");
                    queue.Enqueue(action, clock.GetUtcNow() + TimeSpan.FromSeconds(2 * failures[action]));
                    break;
                case { } wait:
                    queue.Enqueue(action, clock.GetUtcNow() + wait);
                    break;
            }
        }

        var back = calls.Where(call => call - begin >= Outage).ToArray();
        Assert.Equal(Actions, done);
        Assert.InRange(calls.Count(call => call - begin < Outage), 10, 90); // it is tested about once a minute
        Assert.InRange(back[0] - begin, Outage, Outage + TimeSpan.FromMinutes(1.5));
        Assert.InRange(back[^1] - back[0], TimeSpan.Zero, TimeSpan.FromMinutes(3));
        Assert.InRange(asked, Actions, Actions * 90);
        var perInterval = back.GroupBy(call => (int)((call - back[0]) / TimeSpan.FromSeconds(5))).Select(wave => wave.Count()).ToArray();
        Assert.Equal([2, 2, 4, 8, 16, 32, 64], perInterval[..7]); // the first is the test itself and the first of the waves
        Assert.All(perInterval, wave => Assert.InRange(wave, 0, 128));
    }

    /// <returns>Null when it is done; else how long to wait, which is nothing when a try was used.</returns>
    private static async Task<TimeSpan?> TryAsync(ExternalSystems systems, HttpMessageInvoker client, string key)
    {
        if (systems.Enter(System, key) is Admission.Parked parked)
            return parked.Wait;

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(System));
        try
        {
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.IsSuccessStatusCode ? null : TimeSpan.Zero;
        }
        catch (SystemUnavailableException away)
        {
            return away.Parked.Wait;
        }
    }

    private sealed class Server(Func<HttpStatusCode> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(answer()));
    }
}
