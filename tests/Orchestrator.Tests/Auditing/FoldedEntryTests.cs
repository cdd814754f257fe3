using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
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
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

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
        await Assert.ThrowsAnyAsync<DbException>(() => entries.WriteAsync(all: true, Cancellation));
        await ExecuteAsync(IsPostgres ? "drop trigger refuse_entries on audit_log" : "drop trigger refuse_entries");

        await entries.WriteAsync(all: true, Cancellation);

        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task A_flood_of_one_kind_hides_no_other()
    {
        using var entries = Entries();
        for (var i = 0; i < 10_000; i++)
            entries.Note(Refusal($"192.0.{i >> 8}.{i & 255}"));
        entries.Note(Refusal("198.51.100.1") with { Action = "access.deny" });
        entries.Note(Refusal("198.51.100.2") with { Action = "access.deny" });
        await entries.WriteAsync(all: true, Cancellation);

        Assert.Equal(["198.51.100.2", "198.51.100.1"], (await ListAsync("access.deny")).Select(record => record.SourceIpAddress));
        Assert.Equal(FoldedEntries.MostDifferent + 1, (await ListAsync("login.fail")).Count);
    }

    [Fact]
    public async Task Addresses_of_one_IPv6_network_are_one_caller_and_of_two_are_two()
    {
        using var entries = Entries();
        for (var i = 0; i < 1_000; i++)
            entries.Note(Refusal($"2001:db8:1:2:{i:x}::1"));
        entries.Note(Refusal("2001:db8:1:3::1"));
        await entries.WriteAsync(all: true, Cancellation);

        Assert.Equal(
            [("2001:db8:1:2:0::1", 999L), ("2001:db8:1:3::1", null), ("2001:db8:1:2:0::1", null)],
            (await ListAsync()).Select(record => (record.SourceIpAddress ?? "", record.AdditionalEventData.Folded)));
    }

    [Fact]
    public async Task An_entry_that_the_database_refuses_holds_up_no_other_and_is_set_aside()
    {
        using var entries = Entries();
        var lost = 0L;
        using var listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => lost += value);
        listener.Start();
        await RefuseActorAsync("poison");
        for (var i = 0; i < 20; i++)
            entries.Note(Refusal($"192.0.2.{i}", actor: i == 7 ? "poison" : "unknown"));

        await entries.WriteAsync(all: false, Cancellation);
        Assert.Equal(19, (await ListAsync()).Count);

        // Alone it may be the database that is not right, not the entry.
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAnyAsync<DbException>(() => entries.WriteAsync(all: false, Cancellation));
        for (var tries = 1; tries < WritingRound.MostTries; tries++)
        {
            Assert.Equal(0, lost);
            entries.Note(Refusal($"198.51.100.{tries}"));
            await entries.WriteAsync(all: false, Cancellation);
        }

        Assert.Equal(1, lost);
        await ExecuteAsync(IsPostgres ? "drop trigger refuse_actor on audit_log" : "drop trigger refuse_actor");
        await entries.WriteAsync(all: true, Cancellation);
        Assert.DoesNotContain(await ListAsync(), record => record.UserIdentity.PrincipalId == "poison");
        Assert.Equal(19 + WritingRound.MostTries - 1, (await ListAsync()).Count);
    }

    [Fact]
    public async Task A_text_that_cannot_be_stored_holds_up_no_other()
    {
        using var entries = Entries();
        entries.Note(Refusal("192.0.2.1") with { ErrorCode = "\uD800" });
        entries.Note(Refusal("192.0.2.2", "\0"));
        entries.Note(Refusal("192.0.2.3"));

        await entries.WriteAsync(all: false, Cancellation);

        Assert.Contains(await ListAsync(), record => record.SourceIpAddress == "192.0.2.3");
    }

    private FoldedEntries Entries() => new(Database, new Heartbeats(_time), _time, Meters, NullLogger<FoldedEntries>.Instance);

    private void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Scope == Meters && instrument.Name == "pao.audit.lost")
            listener.EnableMeasurementEvents(instrument);
    }

    /// <summary>From now on no entry of this one can be written.</summary>
    private Task RefuseActorAsync(string actor) => ExecuteAsync(IsPostgres
        ? $"""
          create function refuse_actor() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$;
          create trigger refuse_actor before insert on audit_log for each row when (new.actor = '{actor}') execute function refuse_actor()
          """
        : $"create trigger refuse_actor before insert on audit_log when new.actor = '{actor}' begin select raise(abort, 'not this one'); end");

    private static AuditEntry Refusal(string address, string reason = "The signature: Wrong.", string actor = "unknown") =>
        new(new Origin(actor, ActorKind.Unknown, address, "curl", "c"), "login.fail")
        {
            ErrorCode = "access.unauthenticated",
            Details = new JsonObject { ["reason"] = reason },
        };
}
