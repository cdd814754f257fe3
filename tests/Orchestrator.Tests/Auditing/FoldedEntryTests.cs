using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Auditing;

public sealed class PostgresFoldedEntryTests : FoldedEntryTests<PostgresTestDatabase>;

public sealed class SqliteFoldedEntryTests : FoldedEntryTests<SqliteTestDatabase>;

/// <summary>Refusals, of which there may be as many as somebody likes to provoke.</summary>
public abstract class FoldedEntryTests<TDatabase> : AuditConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Ten_thousand_refusals_of_one_caller_are_two_entries_that_say_so()
    {
        using var entries = Entries();
        for (var i = 0; i < 10_000; i++)
            entries.Note(Refusal("192.0.2.1"));
        await entries.WriteAsync(all: false, Cancellation);
        Assert.Equal(["login.fail"], (await ListAsync()).Select(record => record.EventName));

        _time.Advance(FoldedEntries.Window);
        await entries.WriteAsync(all: false, Cancellation);
        await entries.WriteAsync(all: false, Cancellation);

        var records = await ListAsync();
        Assert.Equal([9_999L, null], records.Select(record => record.AdditionalEventData.Folded));
        Assert.All(records, record => Assert.Equal("192.0.2.1", record.SourceIpAddress));
    }

    [Fact]
    public async Task A_hundred_thousand_different_callers_are_a_hundred_and_one_entries()
    {
        using var entries = Entries();
        for (var i = 0; i < 100_000; i++)
            entries.Note(Refusal($"192.{i >> 16}.{(i >> 8) & 255}.{i & 255}"));
        await entries.WriteAsync(all: true, Cancellation);

        var records = await ListAsync();
        Assert.Equal(FoldedEntries.MostDifferent + 1, records.Count);
        var many = Assert.Single(records, record => record.AdditionalEventData.Folded is not null);
        Assert.Equal((99_900L, "many"), (many.AdditionalEventData.Folded, many.UserIdentity.PrincipalId));
    }

    [Fact]
    public async Task Callers_and_reasons_are_told_apart()
    {
        using var entries = Entries();
        AuditEntry[] different =
        [
            Refusal("192.0.2.1"), Refusal("192.0.2.2"), Refusal("192.0.2.1", "another reason"), Refusal("192.0.2.1") with { Action = "access.deny" },
            Refusal("192.0.2.1") with { ErrorCode = "other" },
        ];
        foreach (var entry in different.Concat(different))
            entries.Note(entry);
        await entries.WriteAsync(all: true, Cancellation);

        Assert.Equal(2 * different.Length, (await ListAsync()).Count);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_when_the_database_is_back()
    {
        using var entries = Entries();
        entries.Note(Refusal("192.0.2.1"));
        await ForbidEntriesAsync();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => entries.WriteAsync(all: true, Cancellation));
        await ExecuteAsync(IsPostgres ? "drop trigger refuse_entries on audit_log" : "drop trigger refuse_entries");

        await entries.WriteAsync(all: true, Cancellation);

        Assert.Single(await ListAsync());
    }

    private FoldedEntries Entries() => new(Database, new Heartbeats(_time), _time, NullLogger<FoldedEntries>.Instance);

    private static AuditEntry Refusal(string address, string reason = "The signature: Wrong.") =>
        new(new Origin("unknown", ActorKind.Unknown, address, "curl", "c"), "login.fail")
        {
            ErrorCode = "access.unauthenticated",
            Details = new JsonObject { ["reason"] = reason },
        };
}
