using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Authoring;

public sealed class FormPreviewTests(Service service) : IClassFixture<Service>
{
    private const string Document = """
        kind: CatalogItem
        metadata:
          id: compute-preview-standard
          name: Preview
          description: A document for the tests of the preview, long enough to keep its author out of trouble.
          version: 1.0.0
          category: compute
          owner: { team: platform, contact: platform@example.com }
        presentation:
          form:
            groups:
              - id: main
                name: Main
                fields:
                  - { id: env, name: Env, type: select, enum: [dev, prod], default: dev }
                  - { id: owner, name: Owner, type: string, required: true, conditional: { dependsOn: env, condition: equals, value: prod } }
                  - { id: secret, name: Secret, type: password, required: true }
        fulfillment:
          strategy: { mode: manual }
          manual: { actions: [ { type: jira-ticket, config: { ticket: { project: PLAT, summaryTemplate: By hand } } } ] }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_is_shown_as_a_form_with_the_values_filled_in()
    {
        var answer = await PreviewAsync(new JsonObject
        {
            ["document"] = Document,
            ["fields"] = new JsonObject { ["env"] = "prod", ["secret"] = "correct horse" },
        });

        Assert.True(answer["valid"]!.GetValue<bool>());
        Assert.Equal(
            """
            [{"id":"env","name":"Env","type":"select","group":"main","required":false,"missing":false,"defaulted":false,"value":"prod"},
             {"id":"owner","name":"Owner","type":"string","group":"main","required":true,"missing":true,"defaulted":false},
             {"id":"secret","name":"Secret","type":"password","group":"main","required":true,"missing":false,"defaulted":false,"value":"[redacted]"}]
            """.ReplaceLineEndings("").Replace(" {", "{", StringComparison.Ordinal),
            answer["fields"]!.ToJsonString());
        Assert.Equal("""{"/fields/owner":["is required"]}""", answer["field_errors"]!.ToJsonString());
        Assert.Equal("select", (string?)answer["ui"]!["env"]!["ui:widget"]);
        Assert.NotNull(answer["schema"]!["allOf"]);
        Assert.DoesNotContain("correct horse", answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("text/plain")]
    public async Task A_document_may_be_the_body_itself(string type)
    {
        var answer = await Service.ReadAsync(await SendAsync(Document, type));

        Assert.Equal(["env", "secret"], answer["fields"]!.AsArray().Select(field => (string?)field!["id"]));
        Assert.Equal("dev", (string?)answer["fields"]![0]!["value"]);
        Assert.True(answer["fields"]![0]!["defaulted"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_item_of_the_catalog_is_named_by_its_id()
    {
        var answer = await PreviewAsync(new JsonObject { ["catalog_item_id"] = TestCatalog.Echo });

        Assert.Equal(["name", "count", "labels"], answer["fields"]!.AsArray().Select(field => (string?)field!["id"]));
    }

    [Fact]
    public async Task A_bundle_has_a_form_too_by_its_id_and_by_its_text()
    {
        var named = await PreviewAsync(new JsonObject { ["catalog_item_id"] = TestCatalog.Bundle });
        var text = await File.ReadAllTextAsync(Path.Combine(service.CatalogFolder, "bundles", $"{TestCatalog.Bundle}.yaml"), Cancellation);
        var sent = await PreviewAsync(new JsonObject { ["document"] = text, ["fields"] = new JsonObject { ["name"] = "shop" } });

        Assert.Equal("name", (string?)Assert.Single(named["fields"]!.AsArray())!["id"]);
        Assert.True(sent["valid"]!.GetValue<bool>());
        Assert.Equal("shop", (string?)Assert.Single(sent["fields"]!.AsArray())!["value"]);
        Assert.Equal("{}", sent["field_errors"]!.ToJsonString());
    }

    [Theory]
    [InlineData("kind: CatalogItem", "schema.required")]
    [InlineData("]", "yaml.syntax")]
    [InlineData("", "yaml.empty")]
    public async Task What_is_wrong_with_a_document_is_told_in_place_of_a_form(string document, string rule)
    {
        var answer = await PreviewAsync(new JsonObject { ["document"] = document });

        Assert.False(answer["valid"]!.GetValue<bool>());
        Assert.Equal(rule, (string?)answer["errors"]![0]!["rule"]);
        Assert.Null(answer["schema"]);
    }

    [Theory]
    [InlineData("""{}""", 422, "body.invalid")]
    [InlineData("""{"document": "a", "catalog_item_id": "b"}""", 422, "body.invalid")]
    [InlineData("""{"document": 1}""", 422, "body.invalid")]
    [InlineData("""{"catalog_item_id": "x", "fields": []}""", 422, "body.invalid")]
    [InlineData("""{"catalog_item_id": "x", "more": 1}""", 422, "body.invalid")]
    [InlineData("""{"catalog_item_id": "no-such-item"}""", 404, "catalog_item.not_found")]
    [InlineData("""{""", 400, "body.malformed")]
    public async Task A_body_that_asks_nothing_is_refused(string body, int status, string code)
    {
        using var answer = await SendAsync(body, "application/json");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, (string?)(await Service.ReadAsync(answer))["code"]);
    }

    [Fact]
    public async Task A_stranger_sees_nothing_and_a_large_body_is_refused()
    {
        using var client = service.Stranger();
        using var content = new StringContent(Document, Encoding.UTF8, "application/yaml");
        using var refused = await client.PostAsync(new Uri("/api/v1/preview/form", UriKind.Relative), content, Cancellation);
        using var large = await SendAsync("# " + new string('x', 2 * 1024 * 1024), "application/yaml");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    private async Task<JsonObject> PreviewAsync(JsonObject body)
    {
        using var answer = await SendAsync(body.ToJsonString(), "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await Service.ReadAsync(answer);
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string type)
    {
        using var client = service.Client();
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await client.PostAsync(new Uri("/api/v1/preview/form", UriKind.Relative), content, Cancellation);
    }
}
