using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;
using Pao.Catalog.Tests.Hostile;

namespace Pao.Api.Tests.Authoring;

/// <summary>What the templates of a document come to.</summary>
public sealed class VariableTestTests(Service service) : IClassFixture<Service>
{
    private const string Path = "/api/v1/test/variables";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_item_of_the_catalog_is_rendered_with_what_is_given_and_what_is_invented()
    {
        var answer = await AnswerAsync(new JsonObject
        {
            ["catalog_item_id"] = TestCatalog.Steps,
            ["fields"] = new JsonObject { ["name"] = "we\"b" },
            ["outputs"] = new JsonObject { ["first"] = new JsonObject { ["id"] = "made" } },
        });

        Assert.True(answer["valid"]!.GetValue<bool>());
        Assert.Equal(
            """[{"id":"name","value":"we\u0022b","source":"given"},{"id":"count","value":1,"source":"default"},{"id":"labels","value":["a"],"source":"sample"}]""",
            answer["fields"]!.ToJsonString());
        var third = answer["templates"]!.AsArray().Single(template => (string?)template!["action"] == "third")!;
        Assert.Equal("""{"first": "made", "name": "we\"b"}""", (string?)third["value"]);
        Assert.Equal(
            ("automatic", "config.body.contentTemplate", "/fulfillment/automatic/actions/2/config/body/contentTemplate"),
            ((string?)third["mode"], (string?)third["path"], (string?)third["pointer"]));
        var lines = await File.ReadAllLinesAsync(System.IO.Path.Combine(service.CatalogFolder, "compute", $"{TestCatalog.Steps}.yaml"), Cancellation);
        Assert.StartsWith("'{\"first\": \"{{ output.first.id }}", lines[(int)third["line"]! - 1][((int)third["column"]! - 1)..], StringComparison.Ordinal);
        Assert.Equal(
            """[{"name":"output.first.id","value":"made","source":"given"},{"name":"fields.name","value":"we\u0022b","source":"given"}]""",
            third["scopes"]!.ToJsonString());
        Assert.Empty(service.Target.Calls);
    }

    [Fact]
    public async Task A_document_is_rendered_with_its_errors_in_place()
    {
        var document = (await File.ReadAllTextAsync(System.IO.Path.Combine(service.CatalogFolder, "compute", $"{TestCatalog.Steps}.yaml"), Cancellation))
            .Replace("{{ output.first.id }}", "{{ output.frist.id }}", StringComparison.Ordinal);

        var answer = await AnswerAsync(new JsonObject { ["document"] = document });

        Assert.False(answer["valid"]!.GetValue<bool>());
        var error = Assert.Single(answer["errors"]!.AsArray())!;
        var templates = answer["templates"]!.AsArray();
        var wrong = Assert.Single(templates, template => template!["error"] is not null)!;
        Assert.Equal(("third", (string?)error["message"]), ((string?)wrong["action"], (string?)wrong["error"]!["message"]));
        Assert.Equal(((int)error["line"]!, (int)error["column"]!), ((int)wrong["error"]!["line"]!, (int)wrong["error"]!["column"]!));
        Assert.Equal("did you mean 'first'?", (string?)wrong["error"]!["suggestion"]);
        Assert.All(templates.Where(template => template != wrong), template => Assert.NotNull(template!["value"]));
    }

    [Fact]
    public async Task A_bundle_is_rendered_by_components()
    {
        var answer = await AnswerAsync(new JsonObject
        {
            ["catalog_item_id"] = TestCatalog.Bundle,
            ["fields"] = new JsonObject { ["name"] = "shop" },
            ["components"] = JsonNode.Parse("""{"base": {"outputs": {"id": "made-1"}}}"""),
        });

        Assert.Equal(
            [("base", "config.name", "shop-base"), ("steps", "config.name", "made-1")],
            answer["templates"]!.AsArray().Select(template => ((string?)template!["component"], (string?)template["path"], (string?)template["value"])));
    }

    [Fact]
    public async Task A_secret_that_is_configured_is_not_resolved()
    {
        using var client = service.Client();
        var document = """
            kind: CatalogItem
            metadata: { id: compute-secret-standard, name: S, description: "A document for a test, long enough to keep its author out of trouble.", version: 1.0.0,
              category: compute, owner: { team: web, contact: web@example.com } }
            fulfillment:
              strategy: { mode: automatic }
              manual: { actions: [ { type: jira-ticket, config: { ticket: { project: WEB, summaryTemplate: By hand } } } ] }
              automatic: { actions: [ { type: rest-api, config: { endpoint: { url: "https://x.example.com/", method: GET }, headers: { X: "{{ secrets.known }}" } } } ] }
            """;

        var answer = await AnswerAsync(new JsonObject { ["document"] = document });

        var template = Assert.Single(answer["templates"]!.AsArray())!;
        Assert.Equal("""{"$secret":"known"}""", template["value"]!.ToJsonString());
        Assert.Equal("""[{"name":"secrets.known","value":{"$secret":"known"},"source":"secret"}]""", template["scopes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{}", 422, "body.invalid")]
    [InlineData("", 400, "body.malformed")]
    [InlineData("""{"document": "a", "catalog_item_id": "b"}""", 422, "body.invalid")]
    [InlineData("""{"document": {}}""", 422, "body.invalid")]
    [InlineData("""{"document": "a", "outputs": []}""", 422, "body.invalid")]
    [InlineData("""{"document": "a", "output": {}}""", 422, "body.invalid")]
    [InlineData("""{"catalog_item_id": "no-such-item"}""", 404, "catalog_item.not_found")]
    public async Task A_body_that_asks_nothing_is_refused(string body, int status, string code)
    {
        using var answer = await SendAsync(Path, body, "application/json");

        await ProblemAssert.IsProblemAsync(answer, (HttpStatusCode)status, code);
    }

    public static TheoryData<string> Hostile() => [.. HostileDocuments.All.Keys];

    /// <summary>What it costs is measured with the catalog's tests; here the service lives, and answers as always.</summary>
    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_document_is_answered_everywhere(string name)
    {
        var document = HostileDocuments.All[name];
        var quoted = JsonValue.Create(document).ToJsonString();

        await AssertAnsweredAsync("/api/v1/validate/catalog-item", document, "application/yaml");
        await AssertAnsweredAsync("/api/v1/validate/catalog-item", document, "application/json");
        await AssertAnsweredAsync("/api/v1/validate/request", document, "application/json");
        await AssertAnsweredAsync("/api/v1/preview/form", document, "text/plain");
        await AssertAnsweredAsync("/api/v1/preview/form", $"{{\"document\": {quoted}}}", "application/json");
        await AssertAnsweredAsync(Path, $"{{\"document\": {quoted}}}", "application/json");
    }

    private async Task AssertAnsweredAsync(string path, string body, string type)
    {
        using var answer = await SendAsync(path, body, type);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotNull((await Service.ReadAsync(answer))["valid"]);
    }

    private async Task<JsonObject> AnswerAsync(JsonObject body)
    {
        using var answer = await SendAsync(Path, body.ToJsonString(), "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Service.ReadAsync(answer);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string body, string type)
    {
        using var client = service.Client();
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
    }
}
