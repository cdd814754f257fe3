using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Webhooks;

/// <summary>GitHub's events of runs and pull requests are stored once, for whoever waits for what they are about, now or later.</summary>
public sealed class GitHubWebhookTests(GitHubWebhookTests.Fixture fixture) : IClassFixture<GitHubWebhookTests.Fixture>
{
    private const string Secret = "the-hook-secret";

    private readonly Service _service = fixture.Service;

    [Theory]
    [InlineData("workflow_run", "completed", """{"id": 30433642, "event": "workflow_dispatch"}""", "github github:acme/infra:run:30433642")]
    [InlineData("workflow_run", "requested", """{"id": 30433642, "event": "workflow_dispatch"}""", "github github:acme/infra:run:30433642")]
    [InlineData("pull_request", "closed", """{"number": 7, "merged": true}""", "github github:acme/infra:pull:7")]
    [InlineData("pull_request", "reopened", """{"number": 7}""", "github github:acme/infra:pull:7")]
    public async Task An_event_is_stored_once_for_each_delivery_before_it_is_answered(string @event, string action, string about, string stored)
    {
        var (delivery, body) = ($"{Guid.NewGuid()}", Body(@event, action, about));
        foreach (var _ in new[] { 1, 2 })
            Assert.Equal("accepted", await TakenAsync(body, @event, delivery));

        Assert.Equal([stored], await StoredAsync(delivery));
    }

    [Theory]
    [InlineData("workflow_run", "in_progress", """{"id": 1, "event": "workflow_dispatch"}""")]
    [InlineData("workflow_run", "completed", """{"id": 1, "event": "push"}""")]
    [InlineData("workflow_run", "completed", """{"id": "1", "event": "workflow_dispatch"}""")]
    [InlineData("workflow_run", "completed", """{"id": -1, "event": "workflow_dispatch"}""")]
    [InlineData("workflow_run", "completed", "[]")]
    [InlineData("pull_request", "labeled", """{"number": 7}""")]
    [InlineData("pull_request", "closed", """{"number": 7.5}""")]
    [InlineData("issues", "closed", """{"number": 7}""")]
    public async Task What_nobody_waits_for_is_ignored(string @event, string action, string about)
    {
        var delivery = $"{Guid.NewGuid()}";

        Assert.Equal("ignored", await TakenAsync(Body(@event, action, about), @event, delivery));

        Assert.Empty(await StoredAsync(delivery));
    }

    [Theory]
    [InlineData("acme")]
    [InlineData("acme/infra:run:1")]
    [InlineData("acme/..")]
    public async Task A_name_that_no_repository_has_is_no_key(string repository)
    {
        var body = Body("workflow_run", "completed", """{"id": 1, "event": "workflow_dispatch"}""").Replace("Acme/Infra", repository, StringComparison.Ordinal);

        Assert.Equal("ignored", await TakenAsync(body, "workflow_run", $"{Guid.NewGuid()}"));
    }

    [Fact]
    public async Task Without_a_number_a_delivery_is_known_by_what_it_says()
    {
        var body = Body("pull_request", "closed", """{"number": 8}""");
        foreach (var _ in new[] { 1, 2 })
            await TakenAsync(body, "pull_request", delivery: null);

        Assert.Equal(["github github:acme/infra:pull:8"], await StoredAsync(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))));
    }

    private static string Body(string @event, string action, string about) =>
        $$"""{"action": "{{action}}", "{{@event}}": {{about}}, "repository": {"full_name": "Acme/Infra"} }""";

    private async Task<string?> TakenAsync(string body, string @event, string? delivery)
    {
        using var client = _service.Stranger();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/webhooks/github") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-GitHub-Event", @event);
        if (delivery is not null)
            request.Headers.Add("X-GitHub-Delivery", delivery);
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body))));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string?)(await Service.ReadAsync(answer))["status"];
    }

    private async Task<List<string>> StoredAsync(string delivery)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(_service.DataDirectory, "pao.db")};Mode=ReadOnly");
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

    public sealed class Fixture : IAsyncLifetime
    {
        public Service Service { get; } = new() { Settings = new Dictionary<string, string> { ["Pao:Webhooks:GitHubSecret"] = Secret } };

        public ValueTask InitializeAsync() => Service.InitializeAsync();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
