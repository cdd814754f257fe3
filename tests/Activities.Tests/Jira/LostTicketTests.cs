using System.Text.Json.Nodes;
using Pao.TaskHub.Tests.Harness;

namespace Pao.Activities.Tests.Jira;

/// <summary>Whatever becomes of the answer, there is one ticket.</summary>
public sealed class LostTicketTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    /// <summary>What happens to the call that makes the ticket, and whether it makes one.</summary>
    public static TheoryData<string, bool, bool> Accidents()
    {
        var data = new TheoryData<string, bool, bool>();
        foreach (var isCloud in new[] { true, false })
        {
            data.Add("drop_after", true, isCloud);
            data.Add("status_after", true, isCloud);
            data.Add("malformed", true, isCloud);
            data.Add("huge", true, isCloud);
            data.Add("hang_after", true, isCloud);
            data.Add("stall_after", true, isCloud);
            data.Add("drop_before", false, isCloud);
            data.Add("status", false, isCloud);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Accidents))]
    public async Task An_accident_of_the_call_leaves_one_ticket(string accident, bool hadEffect, bool isCloud)
    {
        await using var desk = new TicketDesk(sandbox, isCloud, settings: ("Pao:Activities:DefaultTimeout", "00:00:02"));
        await desk.FaultAsync("POST issue", accident);
        var action = TicketDesk.Plain();

        var waiting = await desk.StartAsync(action);

        Assert.Equal((string?)(await desk.TicketAsync())["key"], (string?)waiting.Handle["key"]);
        Assert.Equal(1, await desk.EffectsAsync("issue"));
        Assert.Equal(hadEffect ? "verdict Happened" : "verdict DidNotHappen", Assert.Single(desk.Journal.Notes, note => note.StartsWith("verdict", StringComparison.Ordinal)));
        Assert.Equal(["intent Fresh", "intent Unsure"], desk.Journal.Notes.Where(note => note.StartsWith("intent", StringComparison.Ordinal)));
        Assert.EndsWith(" Unknown", desk.Journal.Notes[1]);
    }

    [Fact]
    public async Task A_process_that_was_killed_before_the_receipt_finds_its_ticket()
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        var first = await desk.StartAsync(action);

        desk.Journal.ForgetReceipt();
        var second = await desk.StartAsync(action);

        Assert.Equal(first.Handle.ToJsonString(), second.Handle.ToJsonString());
        Assert.Equal(1, await desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task A_ticket_that_the_search_does_not_show_yet_is_waited_for()
    {
        await using var desk = new TicketDesk(sandbox, settings: ("SearchGrace", "00:00:20"));
        await desk.SetAsync(new JsonObject { ["hide_from_searches"] = 2 });
        await desk.FaultAsync("POST issue", "drop_after");

        await desk.StartAsync(TicketDesk.Plain());

        Assert.Equal(1, await desk.EffectsAsync("issue"));
        Assert.Equal(3, (await desk.TrafficAsync()).Count(exchange => ((string)exchange["path"]!).EndsWith("/search/jql", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_patience_there_would_be_two()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.SetAsync(new JsonObject { ["hide_from_searches"] = 2 });
        await desk.FaultAsync("POST issue", "drop_after");

        await desk.StartAsync(TicketDesk.Plain());

        Assert.Equal(2, await desk.EffectsAsync("issue"));
    }

    [Theory]
    [InlineData("00:00:30", 1)]
    [InlineData("00:00:00", 2)]
    public async Task A_ticket_that_JIRA_makes_after_its_caller_is_gone_is_waited_for(string grace, int tickets)
    {
        await using var desk = new TicketDesk(sandbox, settings: ("CreateGrace", grace));
        await desk.FaultAsync("POST issue", "drop_then_effect", ("milliseconds", 2500));

        await desk.StartAsync(TicketDesk.Plain());

        await Eventually.TrueAsync(async () => await desk.EffectsAsync("issue") >= tickets, $"{tickets} were made");
        Assert.Equal(tickets, (await desk.TicketsAsync()).Length);
        Assert.Equal(tickets is 1 ? "verdict Happened" : "verdict DidNotHappen", Assert.Single(desk.Journal.Notes, note => note.StartsWith("verdict", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_copies_of_a_ticket_the_one_that_was_made_for_the_action_is_adopted(bool hasProperty)
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        await desk.StartAsync(action with { RequestId = Guid.NewGuid() }); // stands for the copy: its label is set below
        desk.Journal.ForgetReceipt();
        await desk.StartAsync(action);
        var label = (string)(await desk.TicketsAsync())[1]["fields"]!["labels"]![0]!;
        await desk.MoveAsync("PLAT-1", "To Do", fields: new JsonObject { ["labels"] = new JsonArray(label) });
        if (!hasProperty)
            await desk.DeleteAsync("issues/PLAT-2/properties");
        desk.Journal.ForgetReceipt();

        var found = await desk.StartAsync(action);

        Assert.Equal(hasProperty ? "PLAT-2" : "PLAT-1", (string?)found.Handle["key"]); // without the property, the oldest
        Assert.Equal(2, await desk.EffectsAsync("issue"));
    }

    [Fact]
    public async Task A_search_that_JIRA_refuses_leaves_it_to_a_person()
    {
        await using var desk = new TicketDesk(sandbox);
        await desk.FaultAsync("POST issue", "drop_after");
        await desk.FaultAsync("POST search/jql", "status", ("status", 400), ("body", """{"errorMessages":["The value 'PLAT' does not exist for the field 'project'."]}"""));

        await desk.FailAsync(TicketDesk.Plain());
        var failure = await desk.FailAsync(TicketDesk.Plain());

        Assert.Equal(("action.outcome_unknown", false), (failure.Code, failure.Retryable));
        Assert.Contains("The value 'PLAT' does not exist for the field 'project'.", failure.Message);
        Assert.Equal(1, await desk.EffectsAsync("issue"));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(401, false)]
    public async Task A_search_that_fails_leaves_the_question_open(int status, bool retryable)
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        await desk.FaultAsync("POST issue", "drop_after");
        await desk.FaultAsync("POST search/jql", "status", ("status", status));

        await desk.FailAsync(action);
        var failure = await desk.FailAsync(action);
        await desk.StartAsync(action);

        Assert.Equal(retryable, failure.Retryable);
        Assert.Equal(1, await desk.EffectsAsync("issue"));
        Assert.Equal("verdict Happened", Assert.Single(desk.Journal.Notes, note => note.StartsWith("verdict", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_revisions_of_an_action_have_two_tickets()
    {
        await using var desk = new TicketDesk(sandbox);
        var action = TicketDesk.Plain();
        await desk.StartAsync(action);
        desk.Journal.ForgetReceipt();

        await desk.StartAsync(action with { Revision = 1 });

        Assert.Equal(2, await desk.EffectsAsync("issue"));
    }
}
