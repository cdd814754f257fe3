using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Pao.Activities.Egress;
using Pao.Api.Catalog.Probing;

namespace Pao.Api.Tests.Catalog.Probing;

/// <summary>What one probe makes of what answers, or does not.</summary>
public sealed class HealthProbeTests : IAsyncLifetime
{
    private Probed? _probed;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Probed Target => _probed ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _probed = await Probed.StartAsync();

    public async ValueTask DisposeAsync() => await Target.DisposeAsync();

    [Theory]
    [InlineData(200, HealthState.Healthy, null)]
    [InlineData(299, HealthState.Healthy, null)]
    [InlineData(304, HealthState.Unhealthy, "It answered 304, a redirect, which is not followed.")]
    [InlineData(401, HealthState.Unhealthy, "It answered 401.")]
    [InlineData(503, HealthState.Unhealthy, "It answered 503.")]
    public async Task Only_2xx_is_healthy(int status, object state, string? reason)
    {
        Target.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        var result = await AskAsync(TimeProvider.System);

        Assert.Equal(((HealthState)state, reason), (result.State, result.Reason));
        Assert.True(result.Latency > TimeSpan.Zero);
    }

    [Fact]
    public async Task Nothing_of_a_body_or_of_the_url_is_in_the_reason()
    {
        Target.Answer = Probed.Status(500);

        var result = await AskAsync(TimeProvider.System, "/health?token=hidden");

        Assert.Equal("It answered 500.", result.Reason);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Target.Answer = context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        var result = await AskAsync(TimeProvider.System);

        Assert.Equal("It answered 302, a redirect, which is not followed.", result.Reason);
        Assert.Equal(["/health"], Target.Asked);
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_is_unhealthy()
    {
        var clock = new FakeTimeProvider();
        var asked = Arrival();
        Target.Answer = context =>
        {
            asked.TrySetResult();
            return Probed.Hang(context);
        };

        var probing = AskAsync(clock);
        await asked.Task.WaitAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(probing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(new ProbeResult(HealthState.Unhealthy, "It did not answer within 5 s.", null), await probing);
    }

    [Fact]
    public async Task Who_sends_a_status_and_then_hangs_is_unhealthy()
    {
        var clock = new FakeTimeProvider();
        var asked = Arrival();
        Target.Answer = async context =>
        {
            await context.Response.WriteAsync("fi");
            await context.Response.Body.FlushAsync();
            asked.TrySetResult();
            await Probed.Hang(context);
        };

        var probing = AskAsync(clock);
        await asked.Task.WaitAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("It did not answer within 5 s.", (await probing).Reason);
    }

    [Fact]
    public async Task Of_an_endless_body_only_the_beginning_is_read()
    {
        var sent = 0L;
        Target.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
                Interlocked.Add(ref sent, 16 * 1024);
            }
        };

        var result = await AskAsync(new FakeTimeProvider()); // whose time does not pass: a probe that read on would never end

        Assert.Equal(HealthState.Healthy, result.State);
    }

    [Fact]
    public async Task Who_is_not_there_is_unhealthy()
    {
        await Target.DieAsync();

        Assert.Equal(
            new ProbeResult(HealthState.Unhealthy, $"It can not be connected to ({SocketError.ConnectionRefused}).", null),
            await AskAsync(TimeProvider.System));
    }

    [Fact]
    public async Task What_speaks_no_http_is_unhealthy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "no HTTP at all\r\n\r\n");

        var result = await AskAsync(TimeProvider.System, new Uri($"http://{listener.LocalEndpoint}/"));

        Assert.Equal(new ProbeResult(HealthState.Unhealthy, "It does not answer as HTTP has it.", null), result);
        await answering;
    }

    [Fact]
    public async Task What_breaks_off_within_its_answer_is_unhealthy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfi");

        var result = await AskAsync(TimeProvider.System, new Uri($"http://{listener.LocalEndpoint}/"));

        Assert.Equal(new ProbeResult(HealthState.Unhealthy, "It broke off its answer.", null), result);
        await answering;
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_unhealthy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "this is no TLS");

        var result = await AskAsync(TimeProvider.System, new Uri($"https://{listener.LocalEndpoint}/"));

        Assert.Equal(HealthState.Unhealthy, result.State);
        Assert.StartsWith("There is no secure connection to it", result.Reason, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task An_address_that_may_not_be_called_is_refused_and_told_how_to_allow()
    {
        var result = await AskAsync(TimeProvider.System, new Uri("https://10.11.12.13/health?token=hidden"));

        Assert.Equal((HealthState.Refused, (TimeSpan?)null), (result.State, result.Latency));
        Assert.Contains("'10.11.12.13:443' in Pao:Egress:Allow", result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>Whatever a document may have as a URL, probing it ends in a state.</summary>
    [Theory]
    [InlineData("http://{0}.example.com/")]
    [InlineData("http://a..b/")]
    [InlineData("http://xn--0.example.com/")]
    [InlineData("http://xn--a/")]
    [InlineData("http://ex_ample.test/")]
    [InlineData("http://\u00ad.test/")]
    [InlineData("http://\u0130\u0307.test/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://[fe80::1%25nowhere]/")]
    [InlineData("http://-.test/")]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://127.0.0.1:1/\u0000\u0001?\u2028#x")]
    [InlineData("http://0x7f.1:1/")]
    [InlineData("http://999.999.999.999/")]
    [InlineData("https://..../")]
    public async Task A_strange_url_is_a_state_too(string written)
    {
        if (!Uri.TryCreate(string.Format(CultureInfo.InvariantCulture, written, new string('a', 300)), UriKind.Absolute, out var url))
            return; // which the document's reader refuses

        var result = await AskAsync(TimeProvider.System, url);

        Assert.True(result.State is HealthState.Unhealthy or HealthState.Refused, result.ToString());
    }

    [Fact]
    public async Task A_stop_ends_a_probe()
    {
        var asked = Arrival();
        Target.Answer = context =>
        {
            asked.TrySetResult();
            return Probed.Hang(context);
        };
        using var stop = new CancellationTokenSource();

        var probing = Probe(TimeProvider.System).AskAsync(new Uri(Target.Address, "/health"), stop.Token);
        await asked.Task.WaitAsync(Stop);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing);
    }

    private static TaskCompletionSource Arrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task AnswerAsync(TcpListener listener, string text)
    {
        using var connection = await listener.AcceptTcpClientAsync(Stop);
        await connection.GetStream().ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Stop);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Stop);
    }

    private static HealthProbe Probe(TimeProvider clock)
    {
        var services = new ServiceCollection().AddLogging().AddEgress();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Pao:Egress:Allow:0"] = "127.0.0.1",
                ["Pao:Egress:AllowHttp:0"] = "127.0.0.1",
            }).Build());
        return new HealthProbe(
            services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>(), Options.Create(new ProbingOptions()), clock);
    }

    private Task<ProbeResult> AskAsync(TimeProvider clock, string path = "/health") => AskAsync(clock, new Uri(Target.Address, path));

    private static Task<ProbeResult> AskAsync(TimeProvider clock, Uri url) => Probe(clock).AskAsync(url, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
}
