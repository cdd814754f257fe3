using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Webhooks;

/// <summary>A service whose catalog is a folder: every push is one to something else.</summary>
public sealed class WebhookTests : IClassFixture<WebhookTests.Fixture>
{
    private const string Secret = "the-hook-secret";
    private const string Token = "the-gitlab-token";
    private const string Push = """{"ref": "refs/heads/main", "after": "8c173980bf2e91c4aed517206dc027d77d0c5119", "repository": {"full_name": "acme/catalog"}}""";

    private readonly Service _service;

    public WebhookTests(Fixture fixture) => _service = fixture.Service;

    public static TheoryData<string, string> NotSigned => new()
    {
        { "nothing", "" },
        { "another secret", Signature(Push, "another") },
        { "another body", Signature("{}", Secret) },
        { "upper case algorithm", Signature(Push, Secret).Replace("sha256", "SHA256", StringComparison.Ordinal) },
        { "SHA-1", "sha1=" + Signature(Push, Secret)[7..47] },
        { "cut", Signature(Push, Secret)[..^2] },
        { "longer", Signature(Push, Secret) + "00" },
        { "no hex", "sha256=" + new string('z', 64) },
        { "two", Signature(Push, Secret) + "," + Signature(Push, Secret) },
    };

    [Theory]
    [MemberData(nameof(NotSigned))]
    public async Task What_is_not_signed_with_the_secret_is_refused(string why, string signature)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(GitHub(Push, signature), TestContext.Current.CancellationToken);
        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "webhook.unverified");
        Assert.DoesNotContain(Secret, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.NotEmpty(why);
    }

    [Fact]
    public async Task What_is_signed_is_accepted_or_ignored_with_the_reason()
    {
        Assert.Equal("accepted", (string?)(await TakenAsync(GitHub("""{"zen": "Keep it logically awesome."}""", @event: "ping")))["status"]);
        foreach (var (body, @event) in new[]
        {
            (Push, "push"),
            (Push, "workflow_run"),
            ("""{"ref": "refs/tags/v1", "after": "1", "repository": {"full_name": "acme/catalog"}}""", "push"),
            ("""{"ref": 1, "repository": []}""", "push"),
            ("[]", "push"),
        })
        {
            var answer = await TakenAsync(GitHub(body, @event: @event));
            Assert.Equal("ignored", (string?)answer["status"]);
            Assert.NotNull(answer["reason"]);
        }

        Assert.Equal("ignored", (string?)(await TakenAsync(GitLab("""{"ref": "refs/heads/main", "after": "1", "project": {"path_with_namespace": "a/b"}}""", Token)))["status"]);
    }

    [Fact]
    public async Task A_signed_body_that_is_wrong_is_told_what_is_wrong()
    {
        using var client = _service.Stranger();
        using var malformed = await client.SendAsync(GitHub("{"), TestContext.Current.CancellationToken);
        await ProblemAssert.IsProblemAsync(malformed, HttpStatusCode.BadRequest, "body.malformed");
        using var twice = await client.SendAsync(GitHub("""{"ref": "a", "ref": "b"}"""), TestContext.Current.CancellationToken);
        await ProblemAssert.IsProblemAsync(twice, HttpStatusCode.BadRequest, "body.malformed");
        using var form = await client.SendAsync(GitHub("payload=%7B%7D", type: "application/x-www-form-urlencoded"), TestContext.Current.CancellationToken);
        await ProblemAssert.IsProblemAsync(form, HttpStatusCode.UnsupportedMediaType, "body.not_json");
        using var large = await client.SendAsync(GitHub($$"""{"x": "{{new string('x', 3 * 1024 * 1024)}}"}"""), TestContext.Current.CancellationToken);
        await ProblemAssert.IsProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "body.too_large");
    }

    [Theory]
    [InlineData("")]
    [InlineData("the-gitlab-toke")]
    [InlineData("the-gitlab-token2")]
    [InlineData(Secret)]
    public async Task Another_token_than_gitlab_was_given_is_refused(string token)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(GitLab("{}", token), TestContext.Current.CancellationToken);
        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "webhook.unverified");
    }

    private async Task<JsonObject> TakenAsync(HttpRequestMessage request)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return await Service.ReadAsync(answer);
    }

    private static HttpRequestMessage GitHub(string body, string? signature = null, string @event = "push", string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/github") { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Add("X-GitHub-Event", @event);
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", signature ?? Signature(body, Secret));
        return request;
    }

    private static HttpRequestMessage GitLab(string body, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/gitlab") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Gitlab-Event", "Push Hook");
        request.Headers.Add("X-Gitlab-Token", token);
        return request;
    }

    private static string Signature(string body, string secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    public sealed class Fixture : IAsyncLifetime
    {
        public Service Service { get; } = new()
        {
            Settings = new Dictionary<string, string> { ["Pao:Webhooks:GitHubSecret"] = Secret, ["Pao:Webhooks:GitLabToken"] = Token },
        };

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}

public sealed class WebhookWithoutSecretTests(Service service) : IClassFixture<Service>
{
    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    [InlineData("jira")]
    public async Task Without_a_secret_nothing_is_taken_not_even_with_an_empty_one(string sender)
    {
        using var client = service.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/webhooks/{sender}") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData([], "{}"u8)));
        request.Headers.Add("X-Gitlab-Token", "");
        request.Headers.Add("X-Hub-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData([], "{}"u8)));

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.NotFound, "webhook.not_taken");
    }
}
