using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Pao.Activities;
using Pao.Activities.Following;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Inbound;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresJournalTests : JournalTests<PostgresTestDatabase>;

public sealed class SqliteJournalTests : JournalTests<SqliteTestDatabase>;

/// <summary>What an attempt finds out about the ones before it.</summary>
public abstract class JournalTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly ActionProgress.Waiting Ticket = new(new JsonObject { ["key"] = "PAO-12" }, "ticket PAO-12")
    {
        ExternalReference = "https://jira.example.com/browse/PAO-12",
        PollAfter = TimeSpan.FromSeconds(30),
        HintKeys = ["jira:default:PAO-12"],
    };

    [Fact]
    public async Task An_intent_without_a_receipt_is_not_forgotten()
    {
        var input = await StartAsync();

        Assert.IsType<ActionIntent.Fresh>(await Journal.BeginAsync(Execution(input), Cancellation));
        var unsure = Assert.IsType<ActionIntent.Unsure>(await Journal.BeginAsync(Execution(input), Cancellation));

        Assert.NotNull(unsure.Since);
        Assert.Equal((await Store.ActionsAsync(input.RequestId, Cancellation))[0].StartedAt, unsure.Since);
        Assert.Contains(
            "Started (attempt 2): an earlier attempt left no receipt, so its effect is looked for first", await LogAsync(input));
    }

    [Theory]
    [InlineData(ActionEffect.None, typeof(ActionIntent.Fresh))]
    [InlineData(ActionEffect.Unknown, typeof(ActionIntent.Unsure))]
    public async Task A_failure_settles_the_intent_when_its_effect_is_known(ActionEffect effect, Type next)
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await FailAsync(input, effect);

        Assert.IsType(next, await Journal.BeginAsync(Execution(input), Cancellation));
    }

    [Fact]
    public async Task What_the_database_refuses_is_not_waited_for_as_for_one_that_is_away()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        var outputs = JsonNode.Parse("""{"n": 1e-20000}""")!.AsObject(); // SQLite keeps it

        var refused = await Record.ExceptionAsync(() => Journal.CompleteAsync(Execution(input), new ActionResult(outputs, null), Cancellation));

        Assert.Equal(typeof(TDatabase) == typeof(PostgresTestDatabase), refused is not null);
        Assert.True(refused is null || !Retries.IsStoreAway(TaskFailureDetails.FromException(refused)), $"{refused}");
    }

    [Fact]
    public async Task An_effect_that_goes_on_is_found_again_with_all_that_is_known_of_it()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.WaitAsync(Execution(input), Ticket, Cancellation);

        var intent = Assert.IsType<ActionIntent.Waiting>(await Journal.BeginAsync(Execution(input), Cancellation));

        Assert.Equal("PAO-12", (string?)intent.Progress.Handle["key"]);
        Assert.Equal(Ticket with { Handle = intent.Progress.Handle, HintKeys = intent.Progress.HintKeys }, intent.Progress);
        Assert.Equal(Ticket.HintKeys, intent.Progress.HintKeys);
        var action = (await Store.ActionsAsync(input.RequestId, Cancellation))[0];
        Assert.Equal((1, Ticket.ExternalReference), (action.Attempts, action.ExternalReference));
        Assert.Contains("Waits (attempt 1): ticket PAO-12", await LogAsync(input));
    }

    [Fact]
    public async Task An_effect_that_goes_on_is_still_there_when_it_could_not_be_read()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.WaitAsync(Execution(input), Ticket, Cancellation);
        await FailAsync(input, ActionEffect.Unknown);

        Assert.IsType<ActionIntent.Waiting>(await Journal.BeginAsync(Execution(input), Cancellation));
    }

    [Fact]
    public async Task An_effect_that_is_over_is_made_anew_under_a_new_key_only()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.WaitAsync(Execution(input), Ticket, Cancellation);
        await FailAsync(input, ActionEffect.Ended);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Journal.BeginAsync(Execution(input), Cancellation));
        var step = await Progress.PrepareAsync(
            new ActionKey(input.RequestId, ComponentId: null, "call-1"),
            () => new PreparedAction("call-1", "rest-api", Skipped: false, [], null, null, null),
            Cancellation);
        Assert.IsType<ActionIntent.Fresh>(await Journal.BeginAsync(Execution(input) with { Revision = step.Revision }, Cancellation));
    }

    [Theory]
    [InlineData("same", 1)]
    [InlineData("other", 2)]
    public async Task A_look_that_sees_the_same_leaves_no_line(string seen, int lines)
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        var ticket = Ticket with { WaitsFor = "same" };
        await Journal.WaitAsync(Execution(input), ticket, Cancellation);
        var version = (await FindAsync(input)).Version;

        await Journal.FollowAsync(Execution(input), ticket with { WaitsFor = seen }, new Follower("follower", null), Cancellation);

        Assert.Equal(lines, (await LogAsync(input)).Count(line => line.StartsWith("Waits", StringComparison.Ordinal)));
        Assert.Equal(version + lines - 1, (await FindAsync(input)).Version);
    }

    [Fact]
    public async Task Events_find_the_follower_until_the_effect_has_ended()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.WaitAsync(Execution(input), Ticket, Cancellation);
        await Inbound.AcceptAsync(Origin.Service, "jira:default", "1", [Ticket.HintKeys[0], "jira:default:PAO-13"], Cancellation);
        Assert.Empty(await Inbound.AwaitedAsync(10, Cancellation));

        await Journal.FollowAsync(Execution(input), Ticket, new Follower("first", null), Cancellation);
        await Journal.FollowAsync(Execution(input), Ticket, new Follower("second", null), Cancellation);
        var awaited = Assert.Single(await Inbound.AwaitedAsync(10, Cancellation));
        Assert.Equal("second", Assert.Single(awaited.Followers));

        await Inbound.MarkDeliveredAsync(awaited, Cancellation);
        Assert.Empty(await Inbound.AwaitedAsync(10, Cancellation));

        await Inbound.AcceptAsync(Origin.Service, "jira:default", "2", [Ticket.HintKeys[0]], Cancellation);
        await Journal.CompleteAsync(Execution(input), new ActionResult([], null), Cancellation);
        Assert.Empty(await Inbound.AwaitedAsync(10, Cancellation));
    }

    [Fact]
    public async Task Events_that_nobody_asked_for_are_forgotten_after_some_days()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var events = new InboundEvents(Database, clock);
        await events.AcceptAsync(Origin.Service, "github", "old", ["a"], Cancellation);
        clock.Advance(TimeSpan.FromDays(6));
        await events.AcceptAsync(Origin.Service, "github", "young", ["a"], Cancellation);
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, await events.ForgetAsync(Cancellation));
        Assert.False(await events.AcceptAsync(Origin.Service, "github", "young", ["a"], Cancellation));
        Assert.True(await events.AcceptAsync(Origin.Service, "github", "old", ["a"], Cancellation));
    }

    [Fact]
    public async Task A_receipt_keeps_the_reference_that_was_known_while_it_waited()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);
        await Journal.WaitAsync(Execution(input), Ticket, Cancellation);
        await Journal.CompleteAsync(Execution(input), new ActionResult([], ExternalReference: null), Cancellation);

        var done = Assert.IsType<ActionIntent.Done>(await Journal.BeginAsync(Execution(input), Cancellation));

        Assert.Equal(Ticket.ExternalReference, done.Receipt.ExternalReference);
    }

    [Fact]
    public async Task A_new_revision_begins_anew_and_an_older_one_no_more()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);

        Assert.IsType<ActionIntent.Fresh>(await Journal.BeginAsync(Execution(input) with { Revision = 1 }, Cancellation));

        await Assert.ThrowsAsync<InvalidOperationException>(() => Journal.BeginAsync(Execution(input), Cancellation));
        await Journal.CompleteAsync(Execution(input), new ActionResult([], "late"), Cancellation);
        Assert.Equal("in_progress", (await Store.ActionsAsync(input.RequestId, Cancellation))[0].Status);
    }

    [Fact]
    public async Task Waiting_for_a_system_is_no_attempt_and_is_said_once()
    {
        var input = await StartAsync();
        var since = new DateTimeOffset(2026, 11, 24, 4, 14, 9, TimeSpan.Zero);
        var parked = new ParkedAction("jira:default", since, "jira:default is unavailable.", ParkedIntent.None);
        await Journal.ParkAsync(Execution(input), parked, Cancellation);
        var version = (await FindAsync(input)).Version;

        await Journal.ParkAsync(Execution(input), parked, Cancellation);

        var request = await FindAsync(input);
        Assert.Equal((version, "call-1"), (request.Version, request.CurrentAction));
        var action = (await Store.ActionsAsync(input.RequestId, Cancellation))[0];
        Assert.Equal(("in_progress", 0, "jira:default", since), (action.Status, action.Attempts, action.ParkedSystem, action.ParkedSince));
        Assert.Single(await LogAsync(input), line => line == "Parked (attempt 0): jira:default is unavailable.");

        Assert.IsType<ActionIntent.Fresh>(await Journal.BeginAsync(Execution(input), Cancellation));
        Assert.Null((await Store.ActionsAsync(input.RequestId, Cancellation))[0].ParkedSystem);
    }

    [Theory]
    [InlineData(ParkedIntent.Settled, typeof(ActionIntent.Fresh))]
    [InlineData(ParkedIntent.Open, typeof(ActionIntent.Unsure))]
    public async Task A_call_that_found_the_system_away_was_no_attempt(ParkedIntent intent, Type next)
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);

        await Journal.ParkAsync(Execution(input), new ParkedAction("jira:default", null, "jira:default is unavailable.", intent), Cancellation);

        Assert.Equal(0, (await Store.ActionsAsync(input.RequestId, Cancellation))[0].Attempts);
        Assert.IsType(next, await Journal.BeginAsync(Execution(input), Cancellation));
    }

    [Fact]
    public async Task The_log_shows_what_a_probe_found()
    {
        var input = await StartAsync();
        await Journal.BeginAsync(Execution(input), Cancellation);

        await Journal.ProbedAsync(Execution(input), new ProbeVerdict.DidNotHappen(), Cancellation);
        await Journal.ProbedAsync(Execution(input), new ProbeVerdict.Repeatable("PUT may be repeated."), Cancellation);
        await Journal.ProbedAsync(Execution(input), new ProbeVerdict.Happened(Ticket), Cancellation);
        await Journal.ProbedAsync(Execution(input), new ProbeVerdict.Unknown("It cannot be asked."), Cancellation);

        var log = await LogAsync(input);
        Assert.Contains("Probed (attempt 1): the effect did not happen; it is made now", log);
        Assert.Contains("Probed (attempt 1): the effect may be there; the call is repeated, because PUT may be repeated.", log);
        Assert.Contains("Probed (attempt 1): the effect is there and is adopted", log);
        Assert.Contains("Probed (attempt 1): nobody can tell whether the effect is there. It cannot be asked.", log);
    }

    private InboundEvents Inbound => new(Database, TimeProvider.System);

    private Task FailAsync(FulfilmentInput input, ActionEffect effect) => Journal.FailAsync(
        Execution(input), new ActionSetback("action.unavailable", "503", Retryable: true, effect), Cancellation);

    private async Task<List<string>> LogAsync(FulfilmentInput input) =>
        [.. (await Store.LogAsync(input.RequestId, 0, 20, Cancellation)).Select(line => line.Message)];
}
