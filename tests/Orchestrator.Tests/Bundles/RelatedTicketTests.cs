using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;
using Pao.Orchestrator.Bundles;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Bundles;

public sealed class PostgresRelatedTicketTests : RelatedTicketTests<PostgresTestDatabase>;

public sealed class SqliteRelatedTicketTests : RelatedTicketTests<SqliteTestDatabase>;

public abstract class RelatedTicketTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_component_is_blocked_by_the_tickets_of_those_that_it_depends_on_directly()
    {
        var input = await StartAsync();
        foreach (var component in new[] { "network", "database", "cache" })
            await ResolveAsync(input, component, $"T-{component}");

        Assert.Equal(["T-database"], await BlockersAsync(input, "app"));
        Assert.Equal(["T-network"], await BlockersAsync(input, "database"));
        Assert.Empty(await BlockersAsync(input, "network"));
        Assert.Empty(await BlockersAsync(input, null));
        Assert.Empty(await BlockersAsync(input, "nobody"));
    }

    [Fact]
    public async Task What_is_no_ticket_or_not_there_yet_blocks_nobody()
    {
        var input = await StartAsync();

        Assert.Empty(await BlockersAsync(input, "app"));
        await CompleteAsync(input, "web", new JsonObject { ["key"] = "no-ticket", ["url"] = "https://web.example" });
        Assert.Empty(await BlockersAsync(input, "page"));
    }

    private async Task<FulfilmentInput> StartAsync()
    {
        var bundle = TestBundle.Sequential(
            Ticket("network"), Ticket("database", "network"), Ticket("cache"), Ticket("app", "database"),
            TestBundle.Component("web"), Ticket("page", "web"));
        var input = Assert.IsType<SubmissionOutcome.Accepted>(
            await Store.SubmitAsync(Submission() with { Item = bundle }, Cancellation)).Input;
        await Progress.BeginAsync(input.RequestId, ChosenPlan.AsWritten, Cancellation);
        return input;
    }

    private static PinnedComponent Ticket(string id, params string[] dependsOn) =>
        TestBundle.Component(id, dependsOn, [TestBundle.Action("make", ActionTypes.JiraTicket)]);

    private Task ResolveAsync(FulfilmentInput input, string component, string key) =>
        CompleteAsync(input, component, new JsonObject { ["key"] = key, ["id"] = "1", ["url"] = $"https://jira.example/browse/{key}" });

    private async Task CompleteAsync(FulfilmentInput input, string component, JsonObject outputs)
    {
        var execution = Execution(input, "make") with { ComponentId = component };
        await Journal.BeginAsync(execution, Cancellation);
        await Journal.CompleteAsync(execution, new ActionResult(outputs, null), Cancellation);
    }

    private async Task<IEnumerable<string>> BlockersAsync(FulfilmentInput input, string? component) =>
        (await new RelatedTickets(Database).BlockersAsync(Execution(input, "make") with { ComponentId = component }, Cancellation))
            .Select(ticket => ticket.Key);
}
