using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pao.Activities.Egress;

namespace Pao.Activities.Tests.Egress;

[Collection(GlobalProxy.Name)]
public sealed class EgressTests
{
    private const string Loopback = "127.0.0.0/8";

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://0xa9fea9fe/")]
    [InlineData("http://0xA9.0xFE.0xA9.0xFE/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://169.254.169.254./")]
    [InlineData("http://example.com@169.254.169.254/")]
    [InlineData("http://example.com%2f@169.254.169.254/")]
    [InlineData("http://169.254.169.254:8080/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("http://[2002:a9fe:a9fe::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[fe80::1%251]/")]
    [InlineData("http://0/")]
    [InlineData("https://169.254.169.254/")]
    public async Task The_metadata_of_a_cloud_is_never_called_however_it_is_spelt(string url)
    {
        using var client = Client(Answering(), allow: ["example.com", "10.0.0.0/8"]);

        var refusal = await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, new Uri(url)));

        Assert.Contains("never called", refusal.Message);
    }

    /// <summary>They are digits, or a name that nobody has, as the runtime was built; in neither case is there a call.</summary>
    [Theory]
    [InlineData("http://１６９.２５４.１６９.２５４/")]
    [InlineData("http://①⑥⑨。②⑤④。①⑥⑨。②⑤④/")]
    [InlineData("http://169。254。169。254/")]
    public async Task Digits_of_other_scripts_lead_nowhere(string url)
    {
        using var client = Client(Answering());

        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(client, new Uri(url)));

        Assert.True(failure is EgressRefusedException or { HttpRequestError: HttpRequestError.NameResolutionError }, failure.ToString());
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fd00:ec2::254")]
    [InlineData("0.0.0.0")]
    public async Task A_name_that_is_allowed_does_not_lead_to_what_is_never_called(string address)
    {
        using var client = Client(Answering(address), allow: ["metadata.test"]);

        await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, new Uri("http://metadata.test/")));
    }

    [Theory]
    [InlineData("127.0.0.1", "this machine's own address")]
    [InlineData("10.1.2.3", "a private address")]
    [InlineData("::ffff:10.1.2.3", "a private address")]
    [InlineData("fd12::1", "a private address")]
    public async Task A_private_address_is_refused_and_the_setting_named(string address, string kind)
    {
        using var client = Client(Answering(address));

        var refusal = await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, new Uri("http://Inside.Test.:8443/x?key=1")));

        Assert.Equal(
            $"'inside.test' is {kind}. An operator allows it by the entry 'inside.test:8443' in Pao:Egress:Allow.", refusal.Message);
    }

    [Theory]
    [InlineData("inside.test", true)]
    [InlineData("INSIDE.test.", true)]
    [InlineData("*.test", true)]
    [InlineData("inside.test:PORT", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1:PORT", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("inside.test:1", false)]
    [InlineData("127.0.0.1:1", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("test", false)]
    [InlineData("*.inside.test", false)]
    [InlineData("side.test", false)]
    [InlineData("10.0.0.0/8", false)]
    public async Task An_entry_allows_what_it_names_and_nothing_else(string entry, bool allowed)
    {
        await using var target = await Target.AnsweringAsync(200);
        var port = new Uri(target.Url).Port;
        using var client = Client(Answering("127.0.0.1"), [entry.Replace("PORT", $"{port}", StringComparison.Ordinal)]);

        var call = GetAsync(client, new Uri($"http://inside.test:{port}/"));

        if (allowed)
            Assert.Equal(HttpStatusCode.OK, await call);
        else
            await Assert.ThrowsAsync<EgressRefusedException>(() => call);
        Assert.Equal(allowed ? 1 : 0, target.Calls.Count);
    }

    [Fact]
    public async Task One_bad_address_among_good_ones_is_enough_to_refuse()
    {
        await using var target = await Target.AnsweringAsync(200);
        using var client = Client(Answering("127.0.0.1", "10.0.0.1"), [Loopback]);

        await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, At("mixed.test", target)));

        Assert.Empty(target.Calls);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_judged()
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        var lookups = 0;
        using var client = Client(
            (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(Interlocked.Increment(ref lookups) is 1 ? "127.0.0.1" : "169.254.169.254")]),
            [Loopback]);

        await GetAsync(client, At("rebinding.test", target));
        Assert.Equal(1, lookups);

        await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, At("rebinding.test", target)));
        Assert.Single(target.Calls);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_gives_way_to_the_next()
    {
        await using var target = await Target.AnsweringAsync(200);
        using var client = Client(Answering("127.0.0.3", "127.0.0.1"), [Loopback]);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(client, At("two.test", target)));
    }

    [Fact]
    public async Task Http_is_refused_unless_it_is_allowed_for_the_host()
    {
        await using var target = await Target.AnsweringAsync(200);
        using var client = Client(Answering("127.0.0.1"), [Loopback], allowHttp: ["other.test"]);

        var refusal = await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, At("plain.test", target)));

        Assert.Equal(
            $"'plain.test' is called by http; only https is allowed. An operator allows it by the entry 'plain.test:{new Uri(target.Url).Port}' in Pao:Egress:AllowHttp.",
            refusal.Message);
        Assert.Empty(target.Calls);
    }

    [Fact]
    public async Task A_call_stays_on_connections_that_the_guard_made_although_it_asks_for_http_3()
    {
        await using var target = await Target.AnsweringAsync(200);
        using var client = Client(Answering("127.0.0.1"), [Loopback]);
        using var request = new HttpRequestMessage(HttpMethod.Get, At("three.test", target))
        {
            Version = HttpVersion.Version30,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
        };

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpVersion.Version11, response.Version);
    }

    [Fact]
    public async Task Every_client_of_the_factory_is_guarded()
    {
        await using var target = await Target.StartAsync(context =>
        {
            context.Response.Redirect("http://169.254.169.254/");
            return Task.CompletedTask;
        });
        await using var actions = new Actions();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(target.Url);
        try
        {
            foreach (var name in new[] { "", "catalog-source", "anything" })
            {
                using var client = actions.Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);
                await Assert.ThrowsAsync<EgressRefusedException>(() => GetAsync(client, new Uri("http://169.254.169.254/")));
                Assert.Equal(HttpStatusCode.Redirect, await GetAsync(client, new Uri(target.Url)));
            }
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task An_action_that_may_not_call_there_fails_for_good_and_says_what_would_allow_it()
    {
        await using var actions = new Actions(("Pao:Secrets:key", "s3cr3t-value"), ("Pao:SecretAccess:Unlisted", "Allow"));

        var failure = await actions.FailAsync("rest-api", """
            {"endpoint": {"url": "http://10.9.8.7/x?q=1"}, "authentication": {"type": "bearer", "token": {"$secret": "key"}}}
            """);

        Assert.Equal(("action.egress_refused", false), (failure.Code, failure.Retryable));
        Assert.Equal(
            "GET http://10.9.8.7/x was not sent: '10.9.8.7' is a private address. An operator allows it by the entry '10.9.8.7:80' in Pao:Egress:Allow.",
            failure.Message);
    }

    [Theory]
    [InlineData("169.254.0.0/16")]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:a9fe:a9fe]:80")]
    [InlineData("0.0.0.0/0")]
    [InlineData("fe80::/10")]
    [InlineData("https://inside.test")]
    [InlineData("inside.test:0")]
    [InlineData("inside.test:http")]
    [InlineData("inside.test/path")]
    [InlineData("*")]
    [InlineData("in side")]
    [InlineData("")]
    public void An_entry_that_says_nothing_or_what_is_never_allowed_stops_the_start(string entry)
    {
        using var actions = new Actions(("Pao:Egress:Allow:mine", entry));

        var failure = Assert.Throws<OptionsValidationException>(() => actions.Services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains($"Pao:Egress:Allow has the entry '{entry}'", failure.Message);
    }

    private static Uri At(string host, Target target) => new($"http://{host}:{new Uri(target.Url).Port}/");

    private static NameLookup Answering(params string[] addresses) =>
        (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);

    private static HttpClient Client(NameLookup lookup, string[]? allow = null, string[]? allowHttp = null)
    {
        var options = new EgressOptions();
        foreach (var entry in allow ?? [])
            options.Allow.Add(entry);
        foreach (var entry in allowHttp ?? ["*.test", "10.0.0.0/8"])
            options.AllowHttp.Add(entry);
        return new HttpClient(new EgressGuard(lookup, Options.Create(options), NullLogger<EgressGuard>.Instance).CreateHandler());
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, Uri address)
    {
        using var response = await client.GetAsync(address, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
