using System.Text.Json.Nodes;

namespace Pao.Activities.Tests.Jira;

public sealed class TicketTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Everything = """
        {"project": "PLAT", "issueType": "Story", "summaryTemplate": "A \"machine\" – ü", "descriptionTemplate": "h2. Why\n\n*Because* \\\\ so.\n* one",
         "priority": "High", "labels": ["vm", "vm", "linux"], "components": ["compute", "network"], "epicKey": "PLAT-1",
         "customFields": {"Cost center": "4711", "Environment details": "line\n\n*raw*", "customfield_10012": "small",
                          "customfield_10013": 3, "Networks": ["blue"], "customfield_10020": "web-1"} }
        """;

    [Fact]
    public async Task In_the_cloud_a_ticket_has_all_that_its_document_says()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.StartAsync(TicketDesk.Action("""{"project": "PLAT", "issueType": "Epic", "summaryTemplate": "All machines"}"""));
        desk.Journal.ForgetReceipt();

        var waiting = await desk.StartAsync(TicketDesk.Action(Everything));

        var fields = (JsonObject)(await desk.TicketsAsync())[1]["fields"]!;
        Assert.Equal(("Story", "A \"machine\" – ü", "High"), ((string?)fields["issuetype"]!["name"], (string?)fields["summary"], (string?)fields["priority"]!["name"]));
        Assert.Equal("PLAT-1", (string?)fields["parent"]!["key"]);
        Assert.Equal(["compute", "network"], fields["components"]!.AsArray().Select(component => (string?)component!["name"]));
        Assert.Equal(["vm", "linux"], fields["labels"]!.AsArray().Select(label => (string?)label).SkipLast(1));
        Assert.Matches("^pao-[0-9a-f]{32}$", (string?)fields["labels"]!.AsArray()[^1]);
        Assert.Equal(["heading", "paragraph", "bulletList"], fields["description"]!["content"]!.AsArray().Select(node => (string?)node!["type"]));
        Assert.Equal("4711", (string?)fields["customfield_10010"]);
        Assert.Equal("*raw*", (string?)fields["customfield_10011"]!["content"]![1]!["content"]![0]!["text"]);
        Assert.Equal("""{"value":"small"}""", fields["customfield_10012"]!.ToJsonString());
        Assert.Equal(3, (int?)fields["customfield_10013"]);
        Assert.Equal("""[{"value":"blue"}]""", fields["customfield_10015"]!.ToJsonString());
        Assert.Equal($"{desk.Url}/browse/PLAT-2", waiting.ExternalReference);
        Assert.Equal(("ticket PLAT-2", "jira:default:PLAT-2"), (waiting.WaitsFor, waiting.HintKeys[0]));
    }

    [Fact]
    public async Task In_a_data_center_the_description_is_markup_and_the_epic_a_field()
    {
        await using var desk = new TicketDesk(sandbox, isCloud: false, settings: ("EpicLinkField", "customfield_10014"));
        await desk.StartAsync(TicketDesk.Action("""{"project": "PLAT", "issueType": "Epic", "summaryTemplate": "All machines"}"""));
        desk.Journal.ForgetReceipt();

        await desk.StartAsync(TicketDesk.Action(Everything));

        var fields = (JsonObject)(await desk.TicketsAsync())[1]["fields"]!;
        Assert.Equal("h2. Why\n\n*Because* \\\\ so.\n* one", (string?)fields["description"]);
        Assert.Equal(("PLAT-1", "line\n\n*raw*"), ((string?)fields["customfield_10014"], (string?)fields["customfield_10011"]));
    }

    [Fact]
    public async Task A_ticket_says_for_which_action_it_was_made()
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();

        await desk.StartAsync(action);

        var property = (await desk.TicketAsync())["properties"]!["pao.action"]!;
        Assert.Equal(action.IdempotencyKey, (string?)property["key"]);
        Assert.Equal("correlation-1", (string?)property["correlation_id"]);
    }

    [Theory]
    [InlineData("""{"project": "NONE", "summaryTemplate": "a"}""", "project: valid project is required")]
    [InlineData("""{"project": "PLAT", "issueType": "Wish", "summaryTemplate": "a"}""", "issuetype: Specify a valid issue type")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "priority": "Urgent"}""", "priority: The priority selected is invalid.")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "components": ["kitchen"]}""", "components: Component name 'kitchen' is not valid")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "epicKey": "PLAT-99"}""", "parent: Could not find issue by id or key.")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"customfield_99999": 1} }""", "customfield_99999: Field 'customfield_99999' cannot be set.")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"Size": "huge"} }""", "customfield_10012: Option value 'huge' is not valid")]
    [InlineData("""{"project": "STRICT", "summaryTemplate": "a"}""", "customfield_10010: Cost center is required.; priority: Priority is required.")]
    [InlineData("""{"project": "BARE", "summaryTemplate": "a"}""", "labels: Field 'labels' cannot be set.")]
    public async Task What_JIRA_does_not_take_is_told_by_field(string ticket, string says)
    {
        await using var desk = new TicketDesk(sandbox);

        var failure = await desk.FailAsync(TicketDesk.Action(ticket));

        Assert.Equal(("action.rejected", false, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.StartsWith($"POST {desk.Url}/rest/api/3/issue: JIRA 'default' answered 400: ", failure.Message);
        Assert.Contains(says, failure.Message);
        Assert.Empty(await desk.TicketsAsync());
    }

    [Theory]
    [InlineData("""{"project": "plat", "summaryTemplate": "a"}""", null, "'ticket.project' is 'plat', which is no key of a project")]
    [InlineData("""{"project": "PLAT\" OR 1=1", "summaryTemplate": "a"}""", null, "is no key of a project")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"Twin": "a"} }""", null, "write the id of one of them, customfield_10030 or customfield_10031")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"Colour": "a"} }""", null, "has no custom field of that name")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"Size": "small", "customfield_10012": "small"} }""", null, "has the field customfield_10012 twice")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a", "customFields": {"Size": {"$secret": "x"} } }""", null, "A secret does not belong")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a"}""", "\"statusMapping\": {\"Dnoe\": \"completed\"}", "'statusMapping' names the status 'Dnoe', which tickets of PLAT never have; there are: To Do, In Progress,")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a"}""", "\"statusMapping\": {\"Done\": \"maybe\"}", "'statusMapping.Done' must be completed or failed.")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a"}""", "\"waitForResolution\": \"perhaps\"", "'waitForResolution' must be true or false.")]
    [InlineData("""{"project": "PLAT", "summaryTemplate": "a"}""", "\"instance\": \"other\"", "JIRA 'other' is not configured; there are: default.")]
    public async Task What_is_wrong_with_the_document_is_found_before_there_is_a_ticket(string ticket, string? rest, string says)
    {
        await using var desk = new TicketDesk(sandbox);

        var failure = await desk.FailAsync(TicketDesk.Action(ticket, rest));

        Assert.Equal(("action.invalid", false, ActionEffect.None), (failure.Code, failure.Retryable, failure.Effect));
        Assert.Contains(says, failure.Message);
        Assert.Equal(0, await desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task A_project_that_the_operator_has_not_listed_gets_no_tickets()
    {
        await using var desk = new TicketDesk(sandbox, settings: ("Projects:0", "COMP"));

        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.Equal("JIRA 'default' takes no tickets for the project 'PLAT'. An operator allows it in Pao:Jira:Instances:default:Projects.", failure.Message);
        Assert.Empty(await desk.TrafficAsync());
    }

    [Fact]
    public async Task A_project_that_is_not_there_is_told_also_where_statuses_are_looked_up()
    {
        await using var desk = new TicketDesk(sandbox);

        var failure = await desk.FailAsync(TicketDesk.Action("""{"project": "NONE", "summaryTemplate": "a"}""", "\"statusMapping\": {\"Done\": \"completed\"}"));

        Assert.Equal(("action.rejected", false), (failure.Code, failure.Retryable));
        Assert.Contains("JIRA 'default' answered 404: No project could be found with key 'NONE'.", failure.Message);
    }

    [Fact]
    public async Task An_epic_in_a_data_center_needs_its_field_configured()
    {
        await using var desk = new TicketDesk(sandbox, isCloud: false);

        var failure = await desk.FailAsync(TicketDesk.Action("""{"project": "PLAT", "summaryTemplate": "a", "epicKey": "PLAT-1"}"""));

        Assert.Contains("Pao:Jira:Instances:default:EpicLinkField", failure.Message);
    }
}
