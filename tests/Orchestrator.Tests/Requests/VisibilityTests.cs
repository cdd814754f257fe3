using System.Text.Json.Nodes;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Tests.Requests;

public sealed class PostgresVisibilityTests : VisibilityTests<PostgresTestDatabase>;

public sealed class SqliteVisibilityTests : VisibilityTests<SqliteTestDatabase>;

/// <summary>Who sees and decides what: one's own, one's teams', one's items', or everything.</summary>
public abstract class VisibilityTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly Visibility Ada = new("ada");
    private static readonly Visibility OfShop = new("bob") { Teams = ["shop", "pay"] };
    private static readonly Visibility OwnerOfDatabases = new("cyd") { Teams = ["databases"], OwnerTeams = ["databases"] };
    private static readonly Visibility Stranger = new("eve") { Teams = ["other", "shop' or 'a'='a", "@team_0"], OwnerTeams = ["other"] };

    [Fact]
    public async Task Each_sees_its_own_and_nobody_elses()
    {
        var own = await SubmitAsync("ada", team: null, owner: null);
        var team = await SubmitAsync("dan", "shop", owner: null);
        var item = await SubmitAsync("dan", team: null, "databases");
        var both = await SubmitAsync("bob", "pay", "databases");

        await AssertSeesAsync(Ada, own);
        await AssertSeesAsync(OfShop, team, both);
        await AssertSeesAsync(OwnerOfDatabases, item, both);
        await AssertSeesAsync(Stranger);
        await AssertSeesAsync(new Visibility("dan"), team, item);
        await AssertSeesAsync(Visibility.Everything, own, team, item, both);

        async Task AssertSeesAsync(Visibility visibility, params Guid[] seen)
        {
            foreach (var id in (Guid[])[own, team, item, both])
            {
                Assert.Equal(seen.Contains(id), await Store.FindAsync(id, visibility, Cancellation) is not null);
                Assert.Equal(seen.Contains(id), await Store.IsSeenAsync(id, visibility, Cancellation));
            }

            var listed = await Store.ListAsync(new RequestQuery(visibility, null, null, null, 100), Cancellation);
            Assert.Equal(seen.Reverse(), listed.Select(request => request.Id));
        }
    }

    [Fact]
    public async Task Pages_of_many_sources_join_without_gap_and_double()
    {
        List<Guid> expected = [];
        for (var number = 0; number < 60; number++)
        {
            var id = await SubmitAsync(number % 3 == 0 ? "bob" : "dan", (number % 4) switch { 0 => "shop", 1 => "pay", _ => null }, owner: null);
            if (number % 3 == 0 || number % 4 < 2)
                expected.Insert(0, id);
        }

        List<Guid> listed = [];
        RequestCursor? after = null;
        do
        {
            var page = await Store.ListAsync(new RequestQuery(OfShop, RequestStatus.Submitted, "compute-vm-small", after, 7), Cancellation);
            listed.AddRange(page.Select(request => request.Id));
            after = page is [.., { } last] ? new RequestCursor(last.CreatedAt, last.Id) : null;
        }
        while (after is not null);

        Assert.Equal(expected, listed);
    }

    [Fact]
    public async Task A_cursor_at_a_request_of_others_is_a_place_and_no_more()
    {
        var own = await SubmitAsync("ada", team: null, owner: null);
        var foreign = await SubmitAsync("dan", "shop", owner: null);
        var at = await Store.FindAsync(foreign, Visibility.Everything, Cancellation);

        var listed = await Store.ListAsync(new RequestQuery(Ada, null, null, new RequestCursor(at!.CreatedAt, foreign), 100), Cancellation);
        var invented = await Store.ListAsync(
            new RequestQuery(Ada, null, null, new RequestCursor(at.CreatedAt.AddYears(1), Guid.NewGuid()), 100), Cancellation);

        Assert.Equal(own, Assert.Single(listed).Id);
        Assert.Equal(own, Assert.Single(invented).Id);
    }

    [Theory]
    [InlineData("ada", DecisionKind.Cancel, true)]
    [InlineData("ada", DecisionKind.Escalate, true)]
    [InlineData("ada", DecisionKind.Retry, false)]
    [InlineData("ada", DecisionKind.Abort, false)]
    [InlineData("mate", DecisionKind.Cancel, false)]
    [InlineData("mate", DecisionKind.Escalate, false)]
    [InlineData("mate", DecisionKind.Retry, false)]
    [InlineData("mate", DecisionKind.Abort, false)]
    [InlineData("owner", DecisionKind.Cancel, false)]
    [InlineData("owner", DecisionKind.Escalate, true)]
    [InlineData("owner", DecisionKind.Retry, true)]
    [InlineData("owner", DecisionKind.Abort, true)]
    [InlineData("operator", DecisionKind.Cancel, true)]
    [InlineData("operator", DecisionKind.Escalate, true)]
    [InlineData("operator", DecisionKind.Retry, true)]
    [InlineData("operator", DecisionKind.Abort, true)]
    [InlineData("stranger", DecisionKind.Cancel, null)]
    [InlineData("stranger", DecisionKind.Escalate, null)]
    [InlineData("stranger", DecisionKind.Retry, null)]
    [InlineData("stranger", DecisionKind.Abort, null)]
    public async Task Who_sees_a_request_decides_what_is_its_to_decide(string who, DecisionKind kind, bool? allowed)
    {
        var visibility = who switch
        {
            "ada" => Ada,
            "mate" => new Visibility("mate") { Teams = ["shop"] },
            "owner" => OwnerOfDatabases,
            "operator" => Visibility.Everything,
            _ => Stranger,
        };
        var id = await SubmitAsync("ada", "shop", "databases");

        var outcome = await Decisions.TakeAsync(id, visibility, kind, Origin.Of(who), null, Cancellation);

        Assert.Equal(allowed, outcome switch
        {
            DecisionOutcome.NoSuchRequest => null,
            DecisionOutcome.NotAllowed => false,
            _ => true,
        });
    }

    [Fact]
    public async Task A_decision_about_a_hidden_request_waits_for_nobody()
    {
        var id = await SubmitAsync("ada", "shop", "databases");
        var other = await OpenAsync();
        var (locked, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holder = typeof(TDatabase) == typeof(PostgresTestDatabase)
            ? other.WriteAsync(async transaction =>
            {
                await transaction.ExecuteAsync("update requests set version = version", _ => { }, Cancellation);
                locked.SetResult();
                await done.Task;
                return true;
            }, Cancellation)
            : Task.FromResult(true); // its writers wait for each other, whatever they write
        if (!holder.IsCompleted)
            await locked.Task;

        var outcome = await Decisions.TakeAsync(id, Stranger, DecisionKind.Cancel, Origin.Of("eve"), null, Cancellation);

        Assert.IsType<DecisionOutcome.NoSuchRequest>(outcome);
        done.SetResult();
        Assert.True(await holder);
    }

    private async Task<Guid> SubmitAsync(string user, string? team, string? owner)
    {
        var submission = Submission(user);
        submission = submission with
        {
            Team = team,
            Item = submission.Item with { Metadata = owner is null ? [] : Owned(owner) },
        };
        return Assert.IsType<SubmissionOutcome.Accepted>(await Store.SubmitAsync(submission, Cancellation)).Input.RequestId;
    }

    private static JsonObject Owned(string team) => new() { ["owner"] = new JsonObject { ["team"] = team } };
}
