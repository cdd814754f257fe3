using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Requests;

public sealed class SubmissionTests(Service service) : IClassFixture<Service>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_posts_with_one_key_make_one_request()
    {
        using var client = service.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => PostAsync(client, "hundred", "web")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        var id = Assert.Single(answers.Select(answer => answer.Body["id"]?.GetValue<string>()).Distinct());
        await Service.WaitForStatusAsync(client, id!, "completed");
        Assert.Single(service.Target.CallsOf(Guid.Parse(id!)));
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused()
    {
        using var client = service.Client();
        await PostAsync(client, "two-bodies", "web");

        var (status, body) = await PostAsync(client, "two-bodies", "other");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("idempotency_key.reused", body["code"]?.GetValue<string>());
    }

    [Fact]
    public async Task A_repeated_post_is_answered_although_its_item_is_gone()
    {
        using var client = service.Client();
        var (_, first) = await PostAsync(client, "gone", "web");
        var file = Path.Combine(service.CatalogFolder, "compute", $"{TestCatalog.Echo}.yaml");
        var text = await File.ReadAllTextAsync(file, Cancellation);
        try
        {
            File.Delete(file);
            using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, Cancellation);
            Assert.Equal(3, (await Service.ReadAsync(refreshed))["items"]?.GetValue<int>());

            var (status, second) = await PostAsync(client, "gone", "web");

            Assert.Equal(HttpStatusCode.Accepted, status);
            Assert.Equal(first["id"]?.GetValue<string>(), second["id"]?.GetValue<string>());
        }
        finally
        {
            await File.WriteAllTextAsync(file, text, CancellationToken.None);
            using var restored = await client.PostAsync("/api/v1/catalog/refresh", null, CancellationToken.None);
        }
    }

    [Fact]
    public async Task The_location_of_an_accepted_request_leads_to_it()
    {
        using var client = service.Client();
        using var content = new StringContent(Body("web"), Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync("/api/v1/requests", content, Cancellation);

        var details = await Service.GetAsync(client, answer.Headers.Location?.ToString() ?? "");
        Assert.Equal((await Service.ReadAsync(answer))["id"]?.GetValue<string>(), details["id"]?.GetValue<string>());
        Assert.Equal("""{"name":"web","count":1}""", details["fields"]?.ToJsonString());
    }

    [Fact]
    public async Task Pages_list_each_request_once()
    {
        using var client = service.Client();
        List<string?> submitted = [];
        for (var i = 0; i < 5; i++)
            submitted.Add((await Service.SubmitAsync(client, TestCatalog.Echo, new { name = $"page-{i}" }))["id"]?.GetValue<string>());

        List<string?> listed = [];
        for (var path = "/api/v1/requests?limit=2"; path is not null;)
        {
            var page = await Service.GetAsync(client, path);
            listed.AddRange(page["data"]!.AsArray().Select(row => row?["id"]?.GetValue<string>()));
            path = page["pagination"]?["next_cursor"]?.GetValue<string>() is { } cursor ? $"/api/v1/requests?limit=2&cursor={cursor}" : null;
        }

        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.Equal(Enumerable.Reverse(submitted), listed.Where(submitted.Contains));
    }

    [Fact]
    public async Task A_correlation_id_goes_in_and_out_and_on_to_the_target()
    {
        using var client = service.Client();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/requests");
        message.Headers.Add("X-Correlation-Id", "order-66");
        message.Content = new StringContent(Body("web"), Encoding.UTF8, "application/json");

        using var answer = await client.SendAsync(message, Cancellation);

        Assert.Equal("order-66", answer.Headers.GetValues("X-Correlation-Id").Single());
        var id = (await Service.ReadAsync(answer))["id"]!.GetValue<string>();
        await Service.WaitForStatusAsync(client, id, "completed");
        Assert.Equal("order-66", Assert.Single(service.Target.CallsOf(Guid.Parse(id))).CorrelationId);
        Assert.Contains("order-66", (await Service.GetAsync(client, $"/api/v1/requests/{id}/history")).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("<script>")]
    public async Task A_correlation_id_that_could_forge_a_log_line_is_replaced(string id)
    {
        using var client = service.Client();
        using var message = new HttpRequestMessage(HttpMethod.Get, "/api/v1/requests");
        message.Headers.TryAddWithoutValidation("X-Correlation-Id", id);

        using var answer = await client.SendAsync(message, Cancellation);

        Assert.True(Guid.TryParse(answer.Headers.GetValues("X-Correlation-Id").Single(), out _));
    }

    private static string Body(string name) => $$$"""{"catalog_item_id": "{{{TestCatalog.Echo}}}", "fields": {"name": "{{{name}}}"}}""";

    private static async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(HttpClient client, string key, string name)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/v1/requests");
        message.Headers.Add("Idempotency-Key", key);
        message.Content = new StringContent(Body(name), Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(message, Cancellation);
        return (answer.StatusCode, await Service.ReadAsync(answer));
    }
}
