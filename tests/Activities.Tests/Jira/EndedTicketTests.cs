using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Tests.Jira;

/// <summary>Tickets that are not wanted any more, and tickets of components that depend on each other.</summary>
public sealed class EndedTicketTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "Cancelled", "Cancelled")]
    [InlineData(false, "cancelled", "Cancelled")]
    [InlineData(true, null, "To Do")]
    public async Task A_ticket_that_is_cancelled_gets_the_reason_and_the_operators_status(bool isCloud, string? status, string expected)
    {
        await using var desk = new TicketDesk(sandbox, isCloud, settings: status is null ? [] : [("CancelStatus", status)]);
        var action = TicketDesk.Plain();
        var waiting = await desk.StartAsync(action);

        await desk.Executor.CancelAsync(action, waiting.Handle, "the team moved on", Cancellation);
        await desk.Executor.CancelAsync(action, waiting.Handle, "the team moved on", Cancellation);

        var fields = (await desk.TicketAsync())["fields"]!;
        Assert.Equal(expected, (string?)fields["status"]!["name"]);
        Assert.Equal(1, await desk.EffectsAsync("issue/10000/comment"));
        Assert.Contains("This is not needed any more: the team moved on", fields["comment"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Nowhere", "JIRA offers only 'In Progress', 'Waiting for approval', 'Done'")]
    [InlineData("Cancelled", "answered 409")]
    public async Task A_ticket_that_cannot_be_moved_is_left_to_a_person(string status, string says)
    {
        await using var desk = new TicketDesk(sandbox, settings: ("CancelStatus", status));
        var action = TicketDesk.Plain();
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync("POST issue/10000/transitions", "status", ("status", 409));

        var failure = await Assert.ThrowsAsync<ActionFailedException>(() => desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation));

        Assert.Contains(says, failure.Message);
    }

    [Fact]
    public async Task A_ticket_that_is_done_or_gone_is_left_alone()
    {
        await using var desk = new TicketDesk(sandbox, settings: ("CancelStatus", "Cancelled"));
        var (action, waiting) = await desk.MovedAsync(TicketDesk.Plain(), "Done");

        await desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation);
        await desk.FaultAsync("GET issue/10000", "status", ("status", 404));
        await desk.Executor.CancelAsync(action, waiting.Handle, "so", Cancellation);

        Assert.Equal("Done", (string?)(await desk.TicketAsync())["fields"]!["status"]!["name"]);
        Assert.Equal(0, await desk.EffectsAsync("issue/10000"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_component_s_ticket_is_blocked_by_those_of_the_components_that_it_depends_on(bool isCloud)
    {
        var related = new RelatedTickets();
        await using var desk = new TicketDesk(sandbox, isCloud, related);
        await desk.StartAsync(TicketDesk.Plain());
        related.Tickets = [new($"{desk.Url}/browse/PLAT-1", "PLAT-1"), new("https://another.example/browse/PLAT-9", "PLAT-9")];
        desk.Journal.ForgetReceipt();
        var action = TicketDesk.Plain() with { ComponentId = "app" };

        var waiting = await desk.StartAsync(action);
        var followed = Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));
        await desk.FollowAsync(action, waiting); // as after a crash: the link is there already

        var tickets = await desk.TicketsAsync();
        Assert.Equal("""[{"id":"1","type":{"id":"10000","name":"Blocks","inward":"is blocked by","outward":"blocks"},"inwardIssue":{"key":"PLAT-1"}}]""",
            tickets[1]["fields"]!["issuelinks"]!.ToJsonString());
        Assert.Equal("PLAT-2", (string?)tickets[0]["fields"]!["issuelinks"]![0]!["outwardIssue"]!["key"]);
        Assert.Empty(followed.Handle["toLink"]!.AsArray());
        Assert.Equal(TimeSpan.Zero, waiting.PollAfter);
        Assert.Null(followed.PollAfter);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(413, true)]
    [InlineData(500, false)]
    public async Task A_ticket_that_JIRA_does_not_link_is_followed_even_so(int status, bool goesOn)
    {
        var related = new RelatedTickets();
        await using var desk = new TicketDesk(sandbox, related: related);
        related.Tickets = [new($"{desk.Url}/browse/PLAT-7", "PLAT-7")];
        var action = TicketDesk.Plain() with { ComponentId = "app" };
        var waiting = await desk.StartAsync(action);
        await desk.FaultAsync("POST issueLink", "status", ("status", status));

        if (goesOn)
            Assert.IsType<ActionProgress.Waiting>(await desk.FollowAsync(action, waiting));
        else
            Assert.True((await desk.FollowFailsAsync(action, waiting)).Retryable);
    }

    [Theory]
    [InlineData("BaseAddress", "", "BaseAddress")]
    [InlineData("BaseAddress", "acme.atlassian.net", "BaseAddress is 'acme.atlassian.net'; it must be an http or https address")]
    [InlineData("BaseAddress", "https://user@acme.atlassian.net", "without user, query and fragment")]
    [InlineData("Authentication:Email", "", "Authentication:Email must be the e-mail address")]
    [InlineData("Authentication:Type", "PersonalToken", "the cloud takes ApiToken or OAuth2")]
    [InlineData("Authentication:Type", "OAuth2", "Authentication:TokenUrl must be")]
    [InlineData("Projects:0", "plat", "Projects has 'plat'")]
    [InlineData("StatusMapping:Done", "yes", "StatusMapping:Done is 'yes'; it must be completed or failed.")]
    [InlineData("EpicLinkField", "Epic Link", "EpicLinkField is 'Epic Link'")]
    [InlineData("Authentication:Secret", "the token itself", "Authentication:Secret is no name of a secret")]
    [InlineData("WebhookSecret", "vault.jira#hook", "WebhookSecret is 'vault.jira#hook'")]
    [InlineData("SearchGrace", "01:00:00", "SearchGrace")]
    [InlineData("Pao:Jira:DefaultInstance", "other", "Pao:Jira:DefaultInstance is 'other', which is not among")]
    public void A_wrong_setting_stops_the_start_and_is_named(string key, string value, string says)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Pao:Jira:Instances:acme:BaseAddress"] = "https://acme.atlassian.net",
            ["Pao:Jira:Instances:acme:Authentication:Email"] = "bot@example.com",
            [key.StartsWith("Pao:", StringComparison.Ordinal) ? key : $"Pao:Jira:Instances:acme:{key}"] = value,
        }).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddActivities().BuildServiceProvider();

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(says, failure.Message);
    }
}
