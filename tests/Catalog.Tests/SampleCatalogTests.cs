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
    public async Task The_sample_catalog_has_nothing_to_find_but_what_waits_for_a_later_version()
    {
        var snapshot = await _catalog.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["action.unsupported"], snapshot.Findings.Select(finding => finding.Rule).Distinct().Order());
        Assert.Equal(6, snapshot.Items.Count);
        Assert.Equal(["compute-vm-linux"], snapshot.Items.Values.Where(item => item.Unavailable is not null).Select(item => item.Id));
    }

    [Theory]
    [InlineData("starter-hello-standard", """{"name": "Ada \"the first\""}""")]
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
}
