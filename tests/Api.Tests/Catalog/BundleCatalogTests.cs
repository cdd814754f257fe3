using Pao.Api.Tests.Harness;

namespace Pao.Api.Tests.Catalog;

public sealed class BundleCatalogTests(Service service) : IClassFixture<Service>, IAsyncLifetime
{
    private const string Id = "bundle-echoes-twice";

    public async ValueTask InitializeAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(service.CatalogFolder, "bundles")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "echoes.yaml"), $$$"""
            kind: CatalogBundle
            metadata:
              id: {{{Id}}}
              name: Echoes
              description: Two echoes, of which the second repeats what the first of them has been told, for tests.
              version: 1.2.0
              category: test
              owner: { team: platform, contact: platform@example.com }
              tags: [echoes]
            presentation:
              form:
                groups: [{ id: main, name: Main, fields: [{ id: word, name: Word, type: string, required: true }] }]
            fulfillment: { orchestration: { mode: parallel } }
            components:
              - { id: second, catalogItem: {{{TestCatalog.Echo}}}, config: { name: "{{ components.first.outputs.id }}" }, condition: fields.word != 'once' }
              - { id: first, catalogItem: {{{TestCatalog.Echo}}}, config: { name: "{{ fields.word }}" } }
            """, TestContext.Current.CancellationToken);
        using var client = service.Client();
        using var refreshed = await client.PostAsync("/api/v1/catalog/refresh", null, TestContext.Current.CancellationToken);
        var findings = await Service.GetAsync(client, "/api/v1/catalog/validation-errors");
        Assert.True(findings["valid"]?.GetValue<bool>(), findings.ToJsonString());
        Assert.True(findings["bundles"]?.GetValue<int>() > 0);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Bundles_stand_among_the_items_and_can_be_told_from_them()
    {
        using var client = service.Client();

        var all = await Service.GetAsync(client, "/api/v1/catalog");
        var bundles = await Service.GetAsync(client, "/api/v1/catalog?kind=bundle&tag=echoes");
        var items = await Service.GetAsync(client, "/api/v1/catalog?kind=item");

        var kinds = all["data"]!.AsArray().ToLookup(entry => entry?["kind"]?.GetValue<string>());
        Assert.Contains(kinds["bundle"], entry => entry?["id"]?.GetValue<string>() == Id);
        Assert.Equal(kinds["item"].Count(), items["data"]!.AsArray().Count);
        Assert.All(items["data"]!.AsArray(), entry => Assert.Equal("automatic", entry?["fulfillment_mode"]?.GetValue<string>()));
        var bundle = Assert.Single(bundles["data"]!.AsArray());
        Assert.Equal("parallel", bundle?["orchestration_mode"]?.GetValue<string>());
        Assert.True(bundle?["requestable"]?.GetValue<bool>());
    }

    [Fact]
    public async Task A_kind_that_is_none_is_refused()
    {
        using var client = service.Client();

        using var answer = await client.GetAsync(new Uri("/api/v1/catalog?kind=bundles", UriKind.Relative), TestContext.Current.CancellationToken);

        await ProblemAssert.IsProblemAsync(answer, System.Net.HttpStatusCode.BadRequest, "parameter.invalid");
    }

    [Fact]
    public async Task A_bundle_tells_its_components_and_not_what_they_are_given()
    {
        using var client = service.Client();

        var bundle = await Service.GetAsync(client, $"/api/v1/catalog/items/{Id}");

        Assert.Equal("bundle", bundle["kind"]?.GetValue<string>());
        Assert.Null(bundle["actions"]);
        Assert.DoesNotContain("{{", bundle.ToJsonString(), StringComparison.Ordinal);
        var components = bundle["components"]!.AsArray();
        Assert.Equal(
            $$"""{"id":"second","catalog_item":"{{TestCatalog.Echo}}","name":"{{TestCatalog.Echo}}","version":"1.0.0","depends_on":["first"],"conditional":true}""",
            components[0]!.ToJsonString());
        Assert.Equal("first", components[1]?["id"]?.GetValue<string>());
    }

    [Fact]
    public async Task The_schema_of_a_bundle_is_that_of_its_own_form()
    {
        using var client = service.Client();

        var form = await Service.GetAsync(client, $"/api/v1/catalog/items/{Id}/schema");

        Assert.Equal("string", form["schema"]?["properties"]?["word"]?["type"]?.GetValue<string>());
    }
}
