using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Pao.Catalog.Tests.Hostile;

namespace Pao.Activities.Tests;

/// <summary>Whatever a value holds, a server reads it as it was from where the executors put it, and nothing beside it.</summary>
public sealed class HostileValueTests
{
    /// <summary>It is in the request's line three times, of which Kestrel takes 8 KiB.</summary>
    private const int LongestInQuery = 2_500;

    [Fact]
    public async Task In_a_query()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();
        foreach (var payload in Payloads.All.Where(payload => Uri.EscapeDataString(payload).Length <= LongestInQuery))
        {
            await SendAsync(actions, "rest-api", target, "?first=1", ("query", new JsonObject
            {
                ["one"] = payload,
                ["many"] = new JsonArray(payload, "b"),
                ["n" + payload] = "name",
                ["last"] = 2,
            }));

            Assert.True(target.Calls.TryDequeue(out var call));
            var query = QueryHelpers.ParseQuery(call.PathAndQuery[call.PathAndQuery.IndexOf('?', StringComparison.Ordinal)..]);
            Assert.Equal(["first", "one", "many", "n" + payload, "last"], query.Keys);
            Assert.Equal(payload, query["one"]);
            Assert.Equal([payload, "b"], query["many"].OfType<string>());
            Assert.StartsWith("/x?", call.PathAndQuery, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task In_a_form()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions();
        foreach (var payload in Payloads.All)
        {
            await SendAsync(actions, "rest-api", target, "", ("body", new JsonObject
            {
                ["type"] = "form",
                ["contentTemplate"] = new JsonObject { ["one"] = payload, ["many"] = new JsonArray(payload, "b"), ["n" + payload] = "name" },
            }));

            Assert.True(target.Calls.TryDequeue(out var call));
            var form = QueryHelpers.ParseQuery(call.Body);
            Assert.Equal(["one", "many", "n" + payload], form.Keys);
            Assert.Equal(payload, form["one"]);
            Assert.Equal([payload, "b"], form["many"].OfType<string>());
        }
    }

    [Fact]
    public async Task In_a_body_and_in_a_signed_one()
    {
        await using var target = await Target.AnsweringAsync(200);
        await using var actions = new Actions(("Pao:Secrets:hook", "secret"));
        foreach (var payload in Payloads.All)
        {
            var sent = new JsonObject { ["one"] = payload, ["n" + payload] = new JsonArray(payload) };
            await SendAsync(actions, "rest-api", target, "", ("body", new JsonObject { ["contentTemplate"] = sent.DeepClone() }));
            await SendAsync(actions, "webhook", target, "",
                ("body", new JsonObject { ["template"] = sent.DeepClone() }),
                ("signing", new JsonObject { ["secret"] = new JsonObject { ["$secret"] = "hook" } }));

            for (var i = 0; i < 2; i++)
            {
                Assert.True(target.Calls.TryDequeue(out var call));
                Assert.True(JsonNode.DeepEquals(sent, JsonNode.Parse(call.Body)), $"{Payloads.Shown(payload)}: {call.Body}");
            }
        }
    }

    private static Task<ActionResult> SendAsync(Actions actions, string type, Target target, string query, params (string Key, JsonObject Value)[] parts)
    {
        var config = new JsonObject { ["endpoint"] = new JsonObject { ["url"] = $"{target.Url}/x{query}", ["method"] = "POST" } };
        foreach (var (key, value) in parts)
            config[key] = value;
        actions.Journal.Receipt = null; // what has been sent is not sent again
        return actions.RunAsync(Actions.Action(type, config.ToJsonString()));
    }
}
