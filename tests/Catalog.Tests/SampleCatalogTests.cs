using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Pao.Catalog.Tests;

public sealed class SampleCatalogTests : IDisposable
{
    private const string Sandbox = "http://127.0.0.1:8090";

    private readonly ServiceCatalog _catalog;
    private readonly ActionTemplates _templates;

    public SampleCatalogTests()
    {
        Environment.SetEnvironmentVariable("SANDBOX_URL", Sandbox);
        var options = TestCatalog.Options(TestCatalog.SampleFolder, "SANDBOX_URL");
        _catalog = TestCatalog.Of(options);
        _templates = new ActionTemplates(Options.Create(options));
    }

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public async Task The_sample_catalog_has_nothing_to_find()
    {
        var snapshot = await _catalog.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Empty(snapshot.Findings);
        Assert.Equal(6, snapshot.Items.Count);
        Assert.Equal(2, snapshot.Bundles.Count);
        Assert.All(snapshot.Bundles.Values, bundle => Assert.Null(bundle.Unavailable));
        Assert.All(snapshot.Items.Values, item => Assert.Null(item.Unavailable));
    }

    [Theory]
    [InlineData("starter-hello-standard", """{"name": "Ada \"the first\""}""")]
    [InlineData("compute-vm-linux", """{"hostname": "web-1", "size": "small", "reason": "A machine for *the* shop"}""")]
    [InlineData("networking-dns-record", """{"hostname": "shop", "address": "10.0.0.1"}""")]
    [InlineData("databases-postgresql-standard", """{"name": "orders", "environment": "production", "replicas": 2, "contact": "a@example.com"}""")]
    [InlineData("databases-postgresql-standard", """{"name": "orders", "environment": "development", "deleteAfter": "2026-04-01", "contact": "a@example.com"}""")]
    [InlineData("messaging-topic-standard", """{"topicName": "Orders placed", "consumers": ["billing", "the \"shop\""]}""")]
    [InlineData("messaging-topic-standard", """{"topicName": "Orders placed", "deadLetter": true}""")]
    [InlineData("storage-bucket-standard", """{"name": "invoices", "versioned": false}""")]
    public async Task Every_action_of_the_sample_catalog_can_be_prepared(string id, string submitted)
    {
        var item = (await _catalog.RefreshAsync(TestContext.Current.CancellationToken)).Items[id];
        var form = item.Form.Validate(JsonNode.Parse(submitted)!.AsObject());
        Assert.Empty(form.Errors);

        var scopes = new TemplateScopes
        {
            Fields = item.Form.ToScope(form.Values),
            Metadata = item.Metadata,
            Request = JsonNode.Parse("""{"id": "7", "user": {"id": "ada"}, "team": "shop", "correlationId": "c"}""")!.AsObject(),
            Outputs = JsonNode.Parse("""
                {"reserve": {"reservationId": "r1"}, "createRecord": {"recordId": "d1"},
                 "create": {"databaseId": "p1", "topicId": "t1", "bucketId": "b1", "url": "http://x/y"}}
                """)!.AsObject(),
            Now = TestCatalog.Now,
        };
        foreach (var action in item.Actions)
        {
            var prepared = _templates.Prepare(action, scopes);

            Assert.Equal(action.Id, prepared.Id);
            Assert.DoesNotContain("{{", prepared.Config.ToJsonString(), StringComparison.Ordinal);
            Assert.StartsWith(Sandbox + "/", prepared.Skipped ? Sandbox + "/" : (string?)prepared.Config["endpoint"]!["url"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("bundle-web-shop", """{"name": "flowers", "contact": "a@example.com"}""", "database,invoices,dns")]
    [InlineData("bundle-web-shop", """{"name": "flowers", "contact": "a@example.com", "publicName": false}""", "database,invoices")]
    [InlineData("bundle-web-shop", """{"name": "flowers", "contact": "a@example.com", "environment": "production", "replicas": 3}""", "database,invoices,dns")]
    [InlineData("bundle-team-start", """{"team": "Garden {{ secrets.x }}"}""", "welcome,events")]
    public async Task Every_component_of_the_sample_bundles_can_be_prepared(string id, string submitted, string expected)
    {
        var bundle = (await _catalog.RefreshAsync(TestContext.Current.CancellationToken)).Bundles[id];
        var form = bundle.Form.Validate(JsonNode.Parse(submitted)!.AsObject());
        Assert.Empty(form.Errors);
        var templates = new ComponentTemplates(Options.Create(TestCatalog.Options(TestCatalog.SampleFolder)), TimeProvider.System);

        var prepared = bundle.Components.Select(component => templates.Prepare(ComponentDefinition.From(component), new TemplateScopes
        {
            Fields = bundle.Form.ToScope(form.Values),
            Metadata = bundle.Metadata,
            Bundle = bundle.Metadata,
            Item = component.Item.Metadata,
            Request = JsonNode.Parse("""{"id": "7", "user": {"id": "ada"}}""")!.AsObject(),
            Components = JsonNode.Parse("""{"database": {"outputs": {"databaseId": "pg 7"}}}""")!.AsObject(),
            Now = TestCatalog.Now,
        })).ToList();

        Assert.All(prepared, component => Assert.Empty(component.Errors));
        Assert.Equal(expected, string.Join(",", prepared.Where(component => !component.Skipped).Select(component => component.Id)));
    }
}
