using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Webhooks;

/// <summary>Workspaces tell of their runs; each is known by the token of its notification.</summary>
public sealed class TerraformWebhookTests(TerraformWebhookTests.Fixture fixture) : IClassFixture<TerraformWebhookTests.Fixture>
{
    private const string Secret = "the-notification-token";
    private const string Applied = """
        {"payload_version": 1, "run_id": "run-1", "workspace_id": "ws-1", "notifications": [{"trigger": "run:completed", "run_status": "applied"}]}
        """;

    private readonly Service _service = fixture.Service;

    public static TheoryData<string, string> NotSigned => new()
    {
        { "nothing", "" },
        { "another token", Signature(Applied, "another") },
        { "another body", Signature("{}", Secret) },
        { "SHA-256", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Applied))) },
        { "cut", Signature(Applied, Secret)[..^2] },
        { "no hex", new string('z', 128) },
        { "a prefix", "sha512=" + Signature(Applied, Secret) },
    };

    [Theory]
    [MemberData(nameof(NotSigned))]
    public async Task What_is_not_signed_with_a_token_of_a_mapping_is_refused(string why, string signature)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(Event(Applied, signature), TestContext.Current.CancellationToken);

        var problem = await ProblemAssert.IsProblemAsync(answer, HttpStatusCode.Unauthorized, "webhook.unverified");
        Assert.DoesNotContain(Secret, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.True(why.Length > 0);
    }

    [Fact]
    public async Task An_event_is_stored_once_under_its_run_and_its_workspace()
    {
        foreach (var _ in new[] { 1, 2 })
            Assert.Equal((HttpStatusCode.Accepted, "accepted"), await TakenAsync(Applied));

        Assert.Equal(["terraform terraform:run-1", "terraform terraform:ws-1"], await StoredAsync(Applied));
    }

    [Theory]
    [InlineData("""{"payload_version": 1, "run_id": null, "notifications": [{"trigger": "verification"}]}""")]
    [InlineData("""{"run_id": 5}""")]
    [InlineData("""{"run_id": "run-1 or more\u0000"}""")]
    [InlineData("[]")]
    public async Task A_verification_is_answered_and_what_is_about_no_run_is_not_stored(string body)
    {
        Assert.Equal((HttpStatusCode.OK, "accepted"), await TakenAsync(body));
        Assert.Empty(await StoredAsync(body));
    }

    [Fact]
    public async Task A_signed_body_that_is_wrong_is_told_what_is_wrong()
    {
        using var client = _service.Stranger();
        foreach (var body in new[] { "{", """{"run_id": "a", "run_id": "b"}""" })
        {
            using var malformed = await client.SendAsync(Event(body, Signature(body, Secret)), TestContext.Current.CancellationToken);
            await ProblemAssert.IsProblemAsync(malformed, HttpStatusCode.BadRequest, "body.malformed");
        }
    }

    private static HttpRequestMessage Event(string body, string signature)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/terraform") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-TFE-Notification-Signature", signature);
        return request;
    }

    private async Task<(HttpStatusCode Status, string? Said)> TakenAsync(string body)
    {
        using var client = _service.Stranger();
        using var answer = await client.SendAsync(Event(body, Signature(body, Secret)), TestContext.Current.CancellationToken);
        return (answer.StatusCode, (string?)(await Service.ReadAsync(answer))["status"]);
    }

    private async Task<List<string>> StoredAsync(string body)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")};Mode=ReadOnly");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var select = database.CreateCommand();
        select.CommandText = "select source || ' ' || hint_key from inbound_events where delivery_id = $delivery order by 1";
        select.Parameters.AddWithValue("$delivery", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
        await using var rows = await select.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> stored = [];
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            stored.Add(rows.GetString(0));
        return stored;
    }

    private static string Signature(string body, string secret) =>
        Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    public sealed class Fixture : IAsyncLifetime
    {
        private const string Mapping = "Pao:Terraform:Mappings:infra";

        public Service Service { get; } = new()
        {
            Settings = new Dictionary<string, string>
            {
                [$"{Mapping}:Repository"] = "acme/infrastructure",
                [$"{Mapping}:TerraformCloud:Organization"] = "acme",
                [$"{Mapping}:TerraformCloud:Workspace"] = "infrastructure",
                [$"{Mapping}:TerraformCloud:Token"] = "terraform",
                [$"{Mapping}:TerraformCloud:WebhookSecret"] = "terraform-hook",
                ["Pao:Secrets:terraform-hook"] = Secret,
            },
        };

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
