using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>What a new user meets: every item of the sample catalog is fulfilled.</summary>
public sealed class SampleCatalogTests : EndToEndTest
{
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["starter-hello-standard"] = """{"name": "Ada"}""",
        ["networking-dns-record"] = """{"hostname": "shop", "address": "10.20.30.40"}""",
        ["databases-postgresql-standard"] = """{"name": "orders", "environment": "production", "replicas": 2, "contact": "ada@example.com"}""",
        ["messaging-topic-standard"] = """{"topicName": "orders", "deadLetter": true}""",
        ["storage-bucket-standard"] = """{"name": "invoices"}""",
    };

    [Fact]
    public async Task Every_requestable_item_of_the_sample_catalog_is_fulfilled()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var items = (await pao.Api.GetAsync("/catalog?limit=200"))["data"]?.AsArray() ?? [];
        var requestable = items.Where(item => (bool?)item?["requestable"] == true).Select(item => (string?)item?["id"] ?? "").ToList();
        Assert.Equal(Fields.Keys.Order(), requestable.Order());

        Dictionary<string, string> requests = [];
        foreach (var item in requestable)
            requests[item] = await pao.Api.SubmitAsync(item, JsonNode.Parse(Fields[item])?.AsObject() ?? []);
        foreach (var (item, id) in requests)
            Assert.True(await pao.Api.EndOfAsync(id) == "completed", $"{item}: {await pao.Api.GetAsync($"/requests/{id}")}");

        await pao.SignalAsync("TERM");
        await pao.WaitForExitAsync(TimeSpan.FromSeconds(30));
        await RecordedHistory.KeepAsync(pao, requests);
    }
}
