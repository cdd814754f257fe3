using System.Text.Json.Nodes;
using Pao.EndToEnd.Tests.Programs;

namespace Pao.EndToEnd.Tests;

/// <summary>Requests that a person fulfils, through a JIRA in a process of its own.</summary>
public sealed class TicketTests : EndToEndTest
{
    private const string Item = "compute-vm-linux";

    private static readonly JsonObject Machine = new() { ["hostname"] = "web-1", ["size"] = "small", ["reason"] = "A machine for the shop." };

    [Theory]
    [InlineData("action.before-call")]
    [InlineData("action.after-call")]
    [InlineData("action.after-receipt")]
    [InlineData("action.after-look")]
    [InlineData("action.after-look-noted")]
    [InlineData("ticket.after-comment")]
    public async Task A_process_that_dies_anywhere_leaves_one_ticket(string point)
    {
        await Sandbox.SetJiraAsync(new { auto_resolve_milliseconds = 100 });
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync(("PAO_CRASH_AT", point));
        var id = await pao.Api.SubmitUntilAcceptedAsync(Item, Machine, point);
        await pao.WaitForExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(pao.ExitCode == 137, $"the process was to kill itself at {point}, but ended with {pao.ExitCode}:\n{pao.Output}");

        await pao.StartAsync();
        var end = await pao.Api.EndOfAsync(id);

        Assert.True(end == "completed", $"after the crash at {point} the request is {end}: {await pao.Api.GetAsync($"/requests/{id}")}");
        await Until.TrueAsync(async () => (await SaidAsync(pao, id)).Count > 0, () => "the log says that the end was told");
        var ticket = Assert.Single(await Sandbox.TicketsAsync());
        Assert.Single(CommentsOf(ticket), $"PAO request {id} is completed.");
        await AssertEffectsAsync([id], "ticket");
    }

    [Fact]
    public async Task Who_works_on_a_ticket_is_told_that_the_request_stopped_and_was_given_up()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync(Item, Machine);
        await Until.TrueAsync(async () => (await Sandbox.TicketsAsync()).Count == 1, () => "there is a ticket");
        await Sandbox.MoveTicketAsync("COMP-1", "Rejected");
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));

        using var abort = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/abort", new JsonObject { ["reason"] = "It is not needed." });
        Assert.True(abort.IsSuccessStatusCode, await abort.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Until.TrueAsync(async () => (await SaidAsync(pao, id)).Count == 2, () => "the log says that both was told");

        var comments = CommentsOf(Assert.Single(await Sandbox.TicketsAsync())).Order().ToList();
        Assert.Equal(2, comments.Count);
        Assert.StartsWith($"PAO request {id} has stopped: Ticket COMP-1 was not fulfilled", comments[0]);
        Assert.EndsWith($" gave PAO request {id} up: It is not needed.", comments[1]);
    }

    private static async Task<IReadOnlyList<string>> SaidAsync(PaoProcess pao, string id) =>
        [.. (await pao.Api.GetAsync($"/requests/{id}/logs"))["data"]!.AsArray()
            .Select(line => (string?)line?["message"] ?? "").Where(message => message.StartsWith("Told on ", StringComparison.Ordinal))];

    private static IEnumerable<string> CommentsOf(JsonNode ticket) => ticket["fields"]!["comment"]!["comments"]!.AsArray()
        .Select(comment => (string?)comment!["body"]!["content"]![0]!["content"]![0]!["text"] ?? "");

    [Theory]
    [InlineData("sandbox-jira-webhook", 1, true)]
    [InlineData("sandbox-jira-webhook", 2, true)]
    [InlineData(null, 1, false)]
    [InlineData("another-secret", 1, false)]
    public async Task A_ticket_that_a_person_resolves_completes_the_request_whatever_becomes_of_the_webhook(string? secret, int copies, bool isHeard)
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        await Sandbox.SetJiraAsync(new { webhook_url = $"{pao.Url}/api/v1/webhooks/jira", webhook_secret = secret, webhook_copies = copies });
        var id = await pao.Api.SubmitAsync(Item, Machine);
        await Until.TrueAsync(async () => (await Sandbox.TicketsAsync()).Count == 1, () => "there is a ticket");

        await Until.TrueAsync(
            async () => (await pao.Api.GetAsync($"/requests/{id}"))["actions"]?.AsArray().FirstOrDefault()?["waits"] is not null, () => "the request waits");

        await Sandbox.MoveTicketAsync("COMP-1", "Done");

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        var action = (await pao.Api.GetAsync($"/requests/{id}"))["actions"]![0]!;
        Assert.Equal($"{Sandbox.Url}/jira/cloud/browse/COMP-1", (string?)action["external_reference"]);
        Assert.Equal(("COMP-1", "Done"), ((string?)action["output"]!["key"], (string?)action["output"]!["status"]));
        if (isHeard)
            await Until.TrueAsync(() => Task.FromResult(pao.Said("that something happened to jira:default:")), () => $"the log tells of it:\n{pao.Output}");
        Assert.Equal(isHeard ? 1 : 0, pao.Output.Split("that something happened to jira:default:").Length - 1);
    }

    [Fact]
    public async Task A_ticket_that_is_turned_down_fails_the_request_and_a_retry_makes_another()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync(Item, Machine);
        await Until.TrueAsync(async () => (await Sandbox.TicketsAsync()).Count == 1, () => "there is a ticket");
        await Sandbox.MoveTicketAsync("COMP-1", "Rejected");
        Assert.Equal("failed", await pao.Api.EndOfAsync(id));
        Assert.Contains("Ticket COMP-1 was not fulfilled: it is 'Rejected', resolution 'Won't Do'.", (await pao.Api.GetAsync($"/requests/{id}/status"))["error"]!.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal));

        await Sandbox.SetJiraAsync(new { auto_resolve_milliseconds = 100 });
        using var retry = await pao.Api.SendAsync(HttpMethod.Post, $"/requests/{id}/retry");
        Assert.True(retry.IsSuccessStatusCode, await retry.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Until.TrueAsync(async () => await pao.Api.StatusAsync(id) == "completed", () => "the retried request completes");

        Assert.Equal(["COMP-1", "COMP-2"], (await Sandbox.TicketsAsync()).Select(ticket => (string?)ticket["key"]));
    }

    [Fact]
    public async Task A_ticket_whose_work_is_done_can_be_completed_without_it()
    {
        var pao = Own(new PaoProcess(Sandbox, Folder("data"), catalog: Repository.SampleCatalog));
        await pao.StartAsync();
        var id = await pao.Api.SubmitAsync(Item, Machine);
        await Until.TrueAsync(
            async () => (await pao.Api.GetAsync($"/requests/{id}"))["actions"]?.AsArray().FirstOrDefault()?["waits"] is not null,
            () => "the request waits for its ticket");
        var explained = await pao.Api.GetAsync($"/requests/{id}/explain");
        Assert.Equal(("effect", "ticket COMP-1"), ((string?)explained["waits_for"]?[0]?["kind"], (string?)explained["waits_for"]?[0]?["what"]));
        var action = (string?)(await pao.Api.GetAsync($"/requests/{id}"))["actions"]?[0]?["id"];

        using var completed = await pao.Api.SendAsync(
            HttpMethod.Post, $"/requests/{id}/actions/{action}/complete", new JsonObject { ["outputs"] = new JsonObject(), ["reason"] = "Made by hand." });
        Assert.True(completed.IsSuccessStatusCode, await completed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("completed", await pao.Api.EndOfAsync(id));
        Assert.Equal("COMP-1", (string?)(await pao.Api.GetAsync($"/requests/{id}"))["actions"]?[0]?["output"]?["key"]);
    }
}
