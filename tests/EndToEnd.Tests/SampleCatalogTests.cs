using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Pao.DurableTask.Protocol;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>
/// What a new user meets: every item of the sample catalog is fulfilled. With <c>PAO_RECORD_HISTORIES</c> naming a
/// folder the histories are kept there; tests/Orchestrator.Tests/Histories was made that way.
/// </summary>
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
        if (Environment.GetEnvironmentVariable("PAO_RECORD_HISTORIES") is { Length: > 0 } folder)
            foreach (var (item, id) in requests)
                await File.WriteAllTextAsync(Path.Combine(folder, item + ".json"), Record(pao.Data, id), TestContext.Current.CancellationToken);
    }

    private static string Record(string data, string id)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "taskhub-default.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select events from history where instance_id = @id order by turn";
        command.Parameters.AddWithValue("@id", id);
        var history = new HistoryChunk();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            history.MergeFrom(reader.GetFieldValue<byte[]>(0));
        return new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(history) + "\n";
    }
}
