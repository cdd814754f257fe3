using System.Data.Common;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Inbound;
using Pao.Orchestrator.Keeping;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Auditing;

public sealed class PostgresAuditTests : AuditTests<PostgresTestDatabase>;

public sealed class SqliteAuditTests : AuditTests<SqliteTestDatabase>;

/// <summary>What is audited, and that nothing is decided without.</summary>
public abstract class AuditTests<TDatabase> : AuditConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly Origin Ada = Origin.Of("ada", "192.0.2.7", "curl/8.5.0", "correlation-2");

    [Fact]
    public async Task A_decision_says_who_from_where_and_what_it_changed()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);

        await Decisions.TakeAsync(input.RequestId, Visibility.Everything, DecisionKind.Abort, Ada, "not needed", Cancellation);

        var record = (await ListAsync(action: "request.abort")).Single();
        Assert.Equal(("principal", "ada"), (record.UserIdentity.Type, record.UserIdentity.PrincipalId));
        Assert.Equal(("192.0.2.7", "curl/8.5.0", input.RequestId), (record.SourceIpAddress, record.UserAgent, record.RequestId));
        Assert.Equal("correlation-2", record.AdditionalEventData.CorrelationId);
        Assert.Equal("not needed", (string?)record.RequestParameters?["reason"]);
        Assert.Equal(("failed", "aborted"), ((string?)record.AdditionalEventData.Before?["status"], (string?)record.ResponseElements?["status"]));
    }

    [Fact]
    public async Task Without_its_entry_nothing_is_submitted_decided_or_switched()
    {
        var input = await StartAsync();
        await FailAsync(input, 1);
        await ForbidEntriesAsync();

        await Assert.ThrowsAnyAsync<DbException>(() => SubmitAsync());
        await Assert.ThrowsAnyAsync<DbException>(() => DecideAsync(input, DecisionKind.Retry));
        await Assert.ThrowsAnyAsync<DbException>(() => DecideAsync(input, DecisionKind.Abort));
        await Assert.ThrowsAnyAsync<DbException>(() => new AutomationSwitches(Database, TimeProvider.System)
            .SwitchAsync("compute-vm-small", automatic: false, Ada, "charges twice", Cancellation));
        await Assert.ThrowsAnyAsync<DbException>(() => new OperatorNotes(Database, TimeProvider.System)
            .WriteAsync(new OperatorStep("some-id", "terminate", Ada, null), input.RequestId, Cancellation));
        await Assert.ThrowsAnyAsync<DbException>(() => new InboundEvents(Database, TimeProvider.System)
            .AcceptAsync(Ada, "github", "1", ["run"], Cancellation));

        Assert.Equal(RequestStatus.Failed, (await FindAsync(input)).Status);
        Assert.Equal([1L], await CountAsync("select count(*) as n from requests"));
        Assert.Equal([0L], await CountAsync("select count(*) as n from request_decisions"));
        Assert.Equal([0L], await CountAsync("select count(*) as n from automation_switches"));
        Assert.Equal([0L], await CountAsync("select count(*) as n from inbound_events"));
        Assert.DoesNotContain(await Store.LogAsync(input.RequestId, 0, 50, Cancellation), line => line.Message.Contains("terminate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_changes_nothing_is_not_audited()
    {
        var switches = new AutomationSwitches(Database, TimeProvider.System);
        await switches.SwitchAsync("compute-vm-small", automatic: false, Ada, null, Cancellation);
        await switches.SwitchAsync("compute-vm-small", automatic: false, Ada, null, Cancellation);

        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Entries_are_found_by_each_of_their_marks_and_by_nothing_else()
    {
        var input = await SubmitAsync();
        await WriteAsync(new AuditEntry(Ada, "key.create"));
        var others = await ListAsync();
        var entry = others[0];
        var query = new AuditQuery(null, null, null, null, null, null, null, null, 10);

        AuditQuery[] found =
        [
            query with { Actor = "ada", Action = "key.create" }, query with { Action = "key.create" }, query with { CorrelationId = "correlation-2" },
            query with { SourceAddress = "192.0.2.7" },
            query with { Action = "key.create", From = TimeOf(entry), To = TimeOf(entry).AddTicks(10) },
        ];
        AuditQuery[] notFound =
        [
            query with { Actor = "bob" }, query with { Action = "key" }, query with { RequestId = Guid.NewGuid() }, query with { CorrelationId = "c" },
            query with { SourceAddress = "192.0.2.70" }, query with { From = TimeOf(entry).AddTicks(10) }, query with { To = TimeOf(others[1]) },
        ];

        foreach (var one in found)
            Assert.Equal([entry.EventId], (await Trail.ListAsync(one, Cancellation)).Select(record => record.EventId));
        foreach (var one in notFound)
            Assert.Empty(await Trail.ListAsync(one, Cancellation));
        Assert.Equal([input.RequestId], (await Trail.ListAsync(query with { RequestId = input.RequestId }, Cancellation)).Select(record => record.RequestId));
    }

    [Fact]
    public async Task Pages_have_each_entry_once()
    {
        for (var i = 0; i < 25; i++)
            await WriteAsync(new AuditEntry(Ada, $"test.{i}"));

        List<string> listed = [];
        AuditCursor? after = null;
        do
        {
            var page = await Trail.ListAsync(new AuditQuery(null, null, null, null, null, null, null, after, 4), Cancellation);
            listed.AddRange(page.Select(record => record.EventName));
            after = page is { Count: 4 } ? new AuditCursor(TimeOf(page[^1]), page[^1].AdditionalEventData.Entry) : null;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"test.{i}"), listed);
    }

    [Fact]
    public async Task What_a_caller_says_of_its_program_is_bounded()
    {
        await WriteAsync(new AuditEntry(Origin.Of("ada", "192.0.2.7", new string('x', 255) + "\U0001F600\0" + new string('y', 1000), "c"), "test"));

        Assert.Equal(new string('x', 255), (await ListAsync()).Single().UserAgent);
    }

    [Fact]
    public async Task An_entry_of_a_catalog_change_names_the_revisions()
    {
        var archive = new CatalogArchive(Database, TimeProvider.System);
        var document = new Catalog.Keeping.KeptDocument("a.yaml", null, "a"u8.ToArray(), null, null);
        var load = new Catalog.Keeping.KeptLoad("first", TimeProvider.System.GetUtcNow(), null, []);
        var number = await archive.KeepAsync(new(0, load, [document], []), Cancellation);
        await archive.KeepAsync(new(number!.Value, load with { Revision = "second" }, [], ["a.yaml"]), Cancellation);
        await archive.KeepAsync(new(number.Value + 1, load with { Revision = "third" }, [], []), Cancellation);

        var changes = await ListAsync(action: "catalog.change");

        Assert.Equal(2, changes.Count);
        Assert.Equal(("first", "second"), ((string?)changes[0].AdditionalEventData.Before?["revision"], (string?)changes[0].ResponseElements?["revision"]));
        Assert.Equal("a.yaml", (string?)changes[0].RequestParameters?["removed"]?[0]);
    }

    private static DateTimeOffset TimeOf(AuditRecord record) => DateTimeOffset.Parse(record.EventTime, System.Globalization.CultureInfo.InvariantCulture);
}
