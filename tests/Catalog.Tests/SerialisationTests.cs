using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Catalog.Tests;

/// <summary>Actions are pinned in histories: what was written must be read again as it was.</summary>
public sealed class SerialisationTests
{
    [Fact]
    public void An_action_comes_back_from_its_JSON()
    {
        var action = new ActionDefinition(
            "create", "Create", ActionTypes.RestApi, new JsonObject { ["a"] = new JsonArray(1, "two") }, "{{ true }}", ["before"],
            new RetryDefinition(3, BackoffKind.Linear, TimeSpan.FromSeconds(1), null), TimeSpan.FromMinutes(2), new JsonObject { ["id"] = "id" });

        var json = JsonSerializer.Serialize(action);

        Assert.Equal(
            """{"Id":"create","Name":"Create","Type":"rest-api","Config":{"a":[1,"two"]},"Condition":"{{ true }}","DependsOn":["before"],""" + """
            "Retry":{"Attempts":3,"Backoff":"Linear","InitialDelay":"00:00:01","MaxDelay":null},"Timeout":"00:02:00","Outputs":{"id":"id"}}
            """,
            json);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<ActionDefinition>(json)));
    }

    [Fact]
    public void A_prepared_action_comes_back_from_its_JSON()
    {
        var prepared = new PreparedAction(
            "create", ActionTypes.RestApi, false, new JsonObject { ["token"] = new JsonObject { ["$secret"] = "x" } }, null, null, null);

        var json = JsonSerializer.Serialize(prepared);

        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<PreparedAction>(json)));
    }
}
