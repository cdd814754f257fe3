using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Webhooks;

/// <summary>Two JIRAs send events; each is known by its secret.</summary>
public sealed class JiraWebhookTests(JiraWebhookTests.Fixture fixture) : IClassFixture<JiraWebhookTests.Fixture>
{
    private const string Path = "/api/v1/webhooks/jira";
    private const string Secret = "the-jira-secret";
    private const string OtherSecret = "the-other-secret";
    private const string Updated = """{"webhookEvent": "jira:issue_updated", "issue": {"id": "10007", "key": "PLAT-7", "fields": {} } }""";

    private readonly Service _service = fixture.Service;

    public static TheoryData<string, string> NotSigned => new()
    {
        { "nothing", "" },
        { "a third secret", Signature(Updated, "another") },
        { "another body", Signature("{}", Secret) },
        { "SHA-1", "sha1=" + Signature(Updated, Secret)[7..47] },
        { "cut", Signature(Updated, Secret)[..^2] },
        { "no hex", "sha256=" + new string('z', 64) },
        { "no prefix", Signature(Updated, Secret)[7..] },
    };

    [Theory]
    [MemberData(nameof(NotSigned))]
    public async Task What_is_not_signed_with_a_secret_of_a_JIRA_is_refused(string why, string signature)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(Event(Updated, signature, why), TestContext.Current.CancellationToken);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "webhook.unverified");
        Assert.DoesNotContain(Secret, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(await StoredAsync(why));
    }

    [Fact]
    public async Task An_event_is_stored_once_for_each_delivery_under_the_JIRA_that_signed_it()
    {
        foreach (var secret in new[] { Secret, Secret, OtherSecret })
            Assert.Equal("accepted", (string?)(await TakenAsync(Event(Updated, Signature(Updated, secret), "d-1")))["status"]);

        Assert.Equal(["jira:default jira:default:10007", "jira:other jira:other:10007"], await StoredAsync("d-1"));
    }

    [Fact]
    public async Task A_JIRA_that_numbers_no_deliveries_is_known_by_what_it_says()
    {
        const string body = """{"issue": {"key": "PLAT-8"} }""";
        foreach (var _ in new[] { 1, 2 })
            await TakenAsync(Event(body, Signature(body, Secret), identifier: null));

        Assert.Equal(["jira:default jira:default:PLAT-8"], await StoredAsync(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))));
    }

    [Theory]
    [InlineData("""{"webhookEvent": "jira:version_released"}""")]
    [InlineData("""{"issue": {"key": 5.5, "id": {} } }""")]
    [InlineData("""{"issue": {"key": "PLAT-1 or more\u0000"} }""")]
    [InlineData("""{"issue": "PLAT-1"}""")]
    [InlineData("[]")]
    public async Task What_is_about_no_ticket_is_ignored(string body)
    {
        Assert.Equal("ignored", (string?)(await TakenAsync(Event(body, Signature(body, Secret), "d-2")))["status"]);
        Assert.Empty(await StoredAsync("d-2"));
    }

    [Fact]
    public async Task A_signed_body_that_is_wrong_is_told_what_is_wrong()
    {
        using var client = _service.Stranger();
        foreach (var body in new[] { "{", """{"issue": 1, "issue": 2}""" })
        {
            using var malformed = await client.SendAsync(Event(body, Signature(body, Secret), "d-3"), TestContext.Current.CancellationToken);
            await ProblemAssert.IsProblemAsync(malformed, HttpStatusCode.BadRequest, "body.malformed");
        }

        var huge = $$"""{"x": "{{new string('x', 3 * 1024 * 1024)}}"}""";
        using var large = await client.SendAsync(Event(huge, Signature(huge, Secret), "d-3"), TestContext.Current.CancellationToken);
        await ProblemAssert.IsProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "body.too_large");
    }

    [Theory]
    [InlineData("JWT", "/api/v1/webhooks/jira")]
    [InlineData("JWT", "/webhooks/jira")] // an app whose address is that of the API
    [InlineData("Bearer", "/api/v1/webhooks/jira")]
    public async Task A_webhook_of_an_app_is_known_by_its_token(string scheme, string path)
    {
        var delivery = $"app {scheme} {path}";
        await TakenAsync(AppEvent($"{scheme} {Token(OtherSecret, path)}", delivery));

        Assert.Equal(["jira:other jira:other:10007"], await StoredAsync(delivery));
    }

    public static TheoryData<string, string> NotTokens => new()
    {
        { "another secret", Token("another", Path) },
        { "another path", Token(Secret, "/api/v1/webhooks/github") },
        { "expired", Token(Secret, Path, lifetime: -120) },
        { "not begun", Token(Secret, Path, age: -120) },
        { "without a signature", Token(Secret, Path, algorithm: "none").Split('.') is var parts ? $"{parts[0]}.{parts[1]}." : "" },
        { "another algorithm", Token(Secret, Path, algorithm: "HS512") },
        { "no call", Token(Secret, path: null) },
        { "cut", Token(Secret, Path)[..^3] },
        { "two parts", "a.b" },
        { "no base64", "!.!.!" },
    };

    [Theory]
    [MemberData(nameof(NotTokens))]
    public async Task A_token_that_is_not_the_app_s_for_this_call_and_now_is_refused(string why, string token)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(AppEvent($"JWT {token}", why), TestContext.Current.CancellationToken);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "webhook.unverified");
        Assert.Empty(await StoredAsync(why));
    }

    private static HttpRequestMessage AppEvent(string authorization, string identifier)
    {
        var request = Event(Updated, signature: "", identifier);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return request;
    }

    private static string Token(string secret, string? path, int lifetime = 180, int age = 5, string algorithm = "HS256")
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = "client", ["iat"] = now - age, ["exp"] = now + lifetime };
        if (path is not null)
            claims["qsh"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"POST&{path}&")));
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"typ":"JWT","alg":"{{algorithm}}"}"""))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static HttpRequestMessage Event(string body, string signature, string? identifier)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/jira") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Hub-Signature", signature);
        if (identifier is not null)
            request.Headers.Add("X-Atlassian-Webhook-Identifier", identifier);
        return request;
    }

    private async Task<JsonObject> TakenAsync(HttpRequestMessage request)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await Service.ReadAsync(answer);
    }

    private async Task<List<string>> StoredAsync(string delivery)
    {
        await using var database = new SqliteConnection($"Data Source={System.IO.Path.Combine(_service.DataDirectory, "pao.db")};Mode=ReadOnly");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var select = database.CreateCommand();
        select.CommandText = "select source || ' ' || hint_key from inbound_events where delivery_id = $delivery order by 1";
        select.Parameters.AddWithValue("$delivery", delivery);
        await using var rows = await select.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> stored = [];
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            stored.Add(rows.GetString(0));
        return stored;
    }

    private static string Signature(string body, string secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    public sealed class Fixture : IAsyncLifetime
    {
        public Service Service { get; } = new()
        {
            Settings = new Dictionary<string, string>
            {
                ["Pao:Jira:Instances:default:BaseAddress"] = "https://jira.example",
                ["Pao:Jira:Instances:default:Authentication:Email"] = "bot@example.com",
                ["Pao:Jira:Instances:default:WebhookSecret"] = "jira-hook",
                ["Pao:Jira:Instances:other:BaseAddress"] = "https://other.example",
                ["Pao:Jira:Instances:other:Authentication:Email"] = "bot@example.com",
                ["Pao:Jira:Instances:other:WebhookSecret"] = "other-hook",
                ["Pao:Jira:Instances:silent:BaseAddress"] = "https://silent.example",
                ["Pao:Jira:Instances:silent:Authentication:Email"] = "bot@example.com",
                ["Pao:Jira:Instances:silent:WebhookSecret"] = "unset-hook",
                ["Pao:Secrets:jira-hook"] = Secret,
                ["Pao:Secrets:other-hook"] = OtherSecret,
            },
        };

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
