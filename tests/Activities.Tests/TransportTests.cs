using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Pao.Activities.Tests;

[Collection(GlobalProxy.Name)]
public sealed class TransportTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_tried_again()
    {
        await using var target = await Target.StartAsync(context => Target.HangAsync(context));
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""", timeout: Soon);

        Assert.Equal(("action.timeout", true), (failure.Code, failure.Retryable));
        Assert.Equal($"GET {target.Url}/ did not answer within 0.3 s.", failure.Message);
    }

    [Fact]
    public async Task A_body_that_does_not_end_in_time_is_tried_again()
    {
        await using var target = await Target.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Target.HangAsync(context);
        });
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""", timeout: Soon);

        Assert.Equal(("action.timeout", true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task A_connection_that_is_dropped_after_the_effect_is_tried_again()
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}", "method": "POST"}}""");

        Assert.Equal(("action.unavailable", true), (failure.Code, failure.Retryable));
        Assert.Single(target.Calls);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_tried_again()
    {
        await using var target = await Target.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{\"half\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Equal(("action.unavailable", true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task A_target_that_nobody_listens_on_is_tried_again()
    {
        var port = FreePort();
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "http://127.0.0.1:{{{port}}}/x?secret=1"}}""");

        Assert.Equal(("action.unavailable", true), (failure.Code, failure.Retryable));
        Assert.StartsWith($"GET http://127.0.0.1:{port}/x could not be reached: ", failure.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_huge_answer_is_not_read_to_its_end(bool lengthIsSaid)
    {
        var sent = 0L;
        await using var target = await Target.StartAsync(async context =>
        {
            if (lengthIsSaid)
                context.Response.ContentLength = 1L << 40;
            var chunk = new byte[64 * 1024];
            while (!(await context.Response.BodyWriter.WriteAsync(chunk, context.RequestAborted)).IsCompleted) // writing to nobody costs no time
                Interlocked.Add(ref sent, chunk.Length);
        });
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Equal(("action.response_too_large", false), (failure.Code, failure.Retryable));
        Assert.InRange(Interlocked.Read(ref sent), 0, 1024L * 1024 * 1024); // until it hears that nobody reads
    }

    [Fact]
    public async Task A_number_that_no_database_can_hold_is_kept_as_a_text()
    {
        var digits = new string('7', 500);
        await using var target = await Target.AnsweringAsync(200, $$"""{"a": 1e131071, "b": [-1E-20000], "c": {{digits}}, "d": 1.5e10, "e": -0.25}""");
        await using var actions = new Actions();

        var outputs = (await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""")).Outputs;

        Assert.Equal($$"""{"a":"1e131071","b":["-1E-20000"],"c":"{{digits[..400]}}\u2026","d":1.5e10,"e":-0.25}""", outputs["body"]!.ToJsonString());
    }

    [Fact]
    public async Task An_excerpt_of_an_answer_cuts_no_character_in_two()
    {
        await using var target = await Target.AnsweringAsync(400, $"{new string('x', 499)}\U0001F600 and more");
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");

        Assert.Contains("xxx…", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Message, char.IsSurrogate);
    }

    [Fact]
    public async Task The_largest_allowed_answer_is_read()
    {
        var body = $"\"{new string('x', 1022)}\"";
        await using var target = await Target.AnsweringAsync(200, body);
        await using var actions = new Actions(("Pao:Activities:MaxResponseBytes", "1024"));
        var config = $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""";

        Assert.Equal(1022, ((string?)(await actions.RestAsync(config)).Outputs["body"])?.Length);

        actions.Journal.Receipt = null;
        await using var larger = await Target.AnsweringAsync(200, body + " ");
        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{larger.Url}}}"}}""");
        Assert.Equal("action.response_too_large", failure.Code);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_does_not_decide_where_calls_go()
    {
        await using var proxy = await Target.AnsweringAsync(500);
        await using var target = await Target.AnsweringAsync(200);
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Url);
        try
        {
            await using var actions = new Actions();
            await actions.RestAsync($$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""");
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.Empty(proxy.Calls);
    }

    [Fact]
    public async Task Cookies_of_one_answer_are_not_sent_with_the_next_call()
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.Headers.SetCookie = "session=1";
            return Task.CompletedTask;
        });
        await using var actions = new Actions();
        var config = $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""";

        await actions.RestAsync(config);
        actions.Journal.Receipt = null;
        await actions.RestAsync(config);

        Assert.Equal(2, target.Calls.Count);
        Assert.All(target.Calls, call => Assert.Equal(0, call.Headers.Cookie.Count));
    }

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("02:00:00")]
    public async Task A_timeout_out_of_bounds_is_refused(string timeout)
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();

        var failure = await actions.FailAsync("rest-api", $$$"""{"endpoint": {"url": "{{{target.Url}}}"}}""",
            timeout: TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal("action.invalid", failure.Code);
        Assert.Empty(target.Calls);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
