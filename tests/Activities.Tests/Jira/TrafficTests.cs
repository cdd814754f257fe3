using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Jira;

/// <summary>What goes over the wire is what Atlassian describes, in both directions: the sandbox answers as JIRA does.</summary>
public sealed class TrafficTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static readonly string[] Operations =
    [
        "GET field", "GET issue/*", "GET issue/*/comment", "GET issue/*/transitions", "GET project/*/statuses",
        "POST issue", "POST issue/*/comment", "POST issue/*/transitions", "POST issueLink", "POST search/jql",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_calls_and_answers_are_as_JIRAs_description_has_them()
    {
        var related = new RelatedTickets();
        await using var desk = new TicketDesk(sandbox, related: related, settings: ("CancelStatus", "Cancelled"));
        await MakeAllCallsAsync(desk, related);

        var traffic = (await desk.TrafficAsync()).Select(exchange => Below(desk, exchange)).ToList();
        var verdicts = await Published.TrafficAsync(traffic);

        Assert.All(traffic.Zip(verdicts), one => Assert.True(one.Second["error"] is null, $"{one.First.ToJsonString()}: {one.Second.ToJsonString()}"));
        Assert.Equal(Operations, traffic.Select(Operation).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/rest/api/3/issue", "", """{"fields": [], "properties": 5}""", 201, """{"id": "1"}""")]
    [InlineData("POST", "/rest/api/3/issue", "", """{"fields": {}}""", 201, """{"id": "1", "secret": "x"}""")]
    [InlineData("POST", "/rest/api/3/issue", "", """{"fields": {}}""", 200, """{"id": "1"}""")]
    [InlineData("POST", "/rest/api/3/issueLink", "", """{"type": {"name": "Blocks"}}""", 201, "")]
    [InlineData("POST", "/rest/api/3/search", "", """{"jql": "a"}""", 200, "{}")]
    [InlineData("GET", "/rest/api/3/issue/1", "?all=true", "", 200, "{}")]
    public async Task A_call_or_an_answer_that_is_not_as_described_is_found(string method, string path, string query, string body, int status, string answer)
    {
        var exchange = new JsonObject { ["method"] = method, ["path"] = path, ["query"] = query, ["body"] = body, ["status"] = status, ["answer"] = answer };

        Assert.NotNull(Assert.Single(await Published.TrafficAsync([exchange]))["error"]);
    }

    private static async Task MakeAllCallsAsync(TicketDesk desk, RelatedTickets related)
    {
        await desk.StartAsync(TicketDesk.Action("""{"project": "PLAT", "issueType": "Epic", "summaryTemplate": "All machines"}"""));
        related.Tickets = [new($"{desk.Url}/browse/PLAT-1", "PLAT-1")];
        desk.Journal.ForgetReceipt();
        var action = TicketDesk.Action("""
            {"project": "PLAT", "summaryTemplate": "A machine", "descriptionTemplate": "h2. Why\n* one", "priority": "High", "labels": ["vm"],
             "components": ["compute"], "epicKey": "PLAT-1", "customFields": {"Cost center": "4711", "Size": "small", "customfield_10013": 3} }
            """, "\"statusMapping\": {\"Done\": \"completed\"}", """{"center": "fields.customfield_10010"}""") with { ComponentId = "app" };
        await desk.FaultAsync("POST issue", "drop_after");
        var waiting = await desk.StartAsync(action);
        await desk.FollowAsync(action, waiting);
        await desk.Executor.CommentAsync(action, waiting.Handle, new ActionComment("a", "b"), Cancellation);
        await desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation);
        await desk.FollowFailsAsync(action, waiting);
        desk.Journal.ForgetReceipt();
        await desk.FailAsync(TicketDesk.Action("""{"project": "NONE", "summaryTemplate": "a"}"""));
    }

    private static JsonObject Below(TicketDesk desk, JsonObject exchange)
    {
        var below = (JsonObject)exchange.DeepClone();
        below["path"] = ((string)exchange["path"]!)[$"/jira/{desk.Site}".Length..];
        return below;
    }

    private static string Operation(JsonObject exchange)
    {
        var path = ((string)exchange["path"]!)["/rest/api/3/".Length..].Split('/');
        return $"{(string?)exchange["method"]} {string.Join('/', path.Select((part, index) => index is 1 && path[0] is not "search" ? "*" : part))}";
    }
}
