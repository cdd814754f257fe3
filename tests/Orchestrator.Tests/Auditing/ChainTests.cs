using Pao.Audit;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Storage;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Auditing;

public sealed class PostgresChainTests : ChainTests<PostgresTestDatabase>;

public sealed class SqliteChainTests : ChainTests<SqliteTestDatabase>;

/// <summary>The chain, whoever writes and seals at the same time, and what shows when somebody changes the database.</summary>
public abstract class ChainTests<TDatabase> : AuditConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task An_untouched_chain_is_in_order()
    {
        await WriteManyAsync(30);
        await SealAllAsync();
        var head = await HeadAsync();
        await WriteManyAsync(3);

        var report = await VerifyAsync(head);

        Assert.Empty(report.Findings);
        Assert.Equal((1, 30, 3, 30), (report.First, report.Last, report.Unsealed, report.Proven));
    }

    [Fact]
    public async Task Sixty_four_writers_in_three_processes_leave_a_chain_without_a_gap()
    {
        Database[] processes = [Database, await OpenAsync(), await OpenAsync()];
        var each = IsPostgres ? 15 : 5; // SQLite's writers of one process can keep those of another waiting for all of theirs
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        // On threads of their own: SQLite's calls return when they are done, so that nobody else would have a turn.
        var sealers = processes.Select(database => Task.Run(async () =>
        {
            var sealing = new AuditSealing(database, TimeProvider.System);
            var sealedEntries = 0;
            while (!done.IsCancellationRequested)
                sealedEntries += (await sealing.SealSomeAsync(Cancellation)).Count;
            return sealedEntries;
        })).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
                await WriteAsync(processes[writer % 3], Entry((writer * 100) + i));
        })));
        await done.CancelAsync();
        var sealedInAll = (await Task.WhenAll(sealers)).Sum();
        await SealAllAsync();

        var report = await VerifyAsync(await HeadAsync());
        Assert.Empty(report.Findings);
        Assert.Equal((64 * each, 0), (report.Last, report.Unsealed));
        Assert.True(sealedInAll > 0, "Nothing was sealed beside the writers.");
        Assert.Equal([64L * each], await CountAsync("select count(distinct entry_id) as n from audit_seals"));
    }

    [Fact]
    public async Task An_entry_that_is_committed_late_gets_a_later_place()
    {
        var held = new TaskCompletionSource();
        var inserted = new TaskCompletionSource();
        var other = IsPostgres ? await OpenAsync() : Database;
        var late = other.WriteAsync(async transaction =>
        {
            await AuditLog.WriteAsync(transaction, Entry(1), TimeProvider.System.GetUtcNow(), Cancellation);
            inserted.SetResult();
            await held.Task;
            return true;
        }, Cancellation);
        await inserted.Task;
        if (IsPostgres)
        {
            await WriteAsync(Entry(2)); // has a higher id, and is committed first
            await SealAllAsync();
            Assert.Equal([1L], await CountAsync("select count(*) as n from audit_seals"));
        }

        held.SetResult();
        await late;
        await SealAllAsync();

        var report = await VerifyAsync(await HeadAsync());
        Assert.Empty(report.Findings);
        Assert.Equal(IsPostgres ? 2 : 1, report.Last);
    }

    [Theory]
    [InlineData("update audit_log set at = (select at from audit_log where id = 3) where id = 7")]
    [InlineData("update audit_log set actor = 'somebody' where id = 7")]
    [InlineData("update audit_log set actor_kind = 'service' where id = 7")]
    [InlineData("update audit_log set action = 'test.other' where id = 7")]
    [InlineData("update audit_log set request_id = null where id = 7")]
    [InlineData("update audit_log set correlation_id = 'other' where id = 7")]
    [InlineData("update audit_log set source_address = '192.0.2.1' where id = 7")]
    [InlineData("update audit_log set user_agent = null where id = 7")]
    [InlineData("update audit_log set error_code = 'x' where id = 7")]
    [InlineData("update audit_log set details = '{\"number\": 8}' where id = 7")]
    [InlineData("update audit_log set state_before = null where id = 7")]
    [InlineData("update audit_log set state_after = '{}' where id = 7")]
    [InlineData("update audit_log set folded = 99 where id = 7")]
    [InlineData("update audit_log set event_id = (select event_id from audit_log where id = 3) where id = 7")]
    [InlineData("delete from audit_log where id = 7")]
    [InlineData("delete from audit_log where id = 7; delete from audit_seals where entry_id = 7")]
    [InlineData("update audit_log set id = 700 where id = 7; update audit_seals set entry_id = 700 where entry_id = 7")]
    [InlineData("update audit_seals set entry_id = case entry_id when 5 then -6 when 6 then 5 else 5 end where entry_id in (5, 6); update audit_seals set entry_id = 6 where entry_id = -6")]
    [InlineData("delete from audit_seals where sequence >= 17; delete from audit_log where id >= 17")]
    [InlineData("delete from audit_seals; delete from audit_log")]
    public async Task Whatever_is_changed_in_the_database_shows(string sql)
    {
        await WriteManyAsync(20);
        await SealAllAsync();
        var head = await HeadAsync();
        Assert.Empty((await VerifyAsync(head)).Findings);

        await TamperAsync(sql);

        Assert.NotEmpty((await VerifyAsync(head)).Findings);
    }

    [Fact]
    public async Task A_chain_that_is_written_anew_shows_at_the_heads()
    {
        await WriteManyAsync(10);
        await SealAllAsync();
        var first = await HeadAsync();
        await WriteManyAsync(10);
        await SealAllAsync();
        var second = await HeadAsync(first);

        await TamperAsync("update audit_log set actor = 'somebody' where id = 15; delete from audit_seals where sequence >= 15");
        await ExecuteAsync("insert into audit_unsealed (entry_id) select id from audit_log where id >= 15");
        await SealAllAsync();

        Assert.Empty((await VerifyAsync(first)).Findings);
        var finding = Assert.Single((await VerifyAsync(first, second)).Findings);
        Assert.Equal(("entry.rewritten", 11L), (finding.Code, finding.Sequence));
    }

    [Fact]
    public async Task An_entry_that_is_kept_from_its_place_shows_at_a_later_head()
    {
        await WriteAsync(Entry(1));
        await ExecuteAsync("delete from audit_unsealed");
        await WriteAsync(Entry(2));
        await SealAllAsync();
        var state = await Sealing.StateAsync(Cancellation);
        var later = AuditHead.Sign(
            TimeProvider.System.GetUtcNow().AddMinutes(3), state.End.Sequence, state.End.Hash.Span, 0, "test", previous: null, Key);

        Assert.Equal("entry.unsealed", Assert.Single((await VerifyAsync(later)).Findings).Code);
    }

    [Fact]
    public async Task Part_of_an_export_goes_on_at_a_head()
    {
        await WriteManyAsync(10);
        await SealAllAsync();
        var head = await HeadAsync();
        await WriteManyAsync(10);
        await SealAllAsync();
        var later = await HeadAsync(head);

        Assert.Empty((await VerifyAsync(await ExportAsync(after: 10), after: 10, head, later)).Findings);
        Assert.NotEmpty((await VerifyAsync(await ExportAsync(after: 10), after: 0, head, later)).Findings);
        Assert.NotEmpty((await VerifyAsync(await ExportAsync(after: 9), after: 9, head, later)).Findings);
        Assert.NotEmpty((await VerifyAsync(await ExportAsync(after: 10), after: 10, later)).Findings);
    }

    [Fact]
    public async Task Seals_cannot_be_changed()
    {
        await WriteAsync(Entry(1));
        await SealAllAsync();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync("update audit_seals set sequence = 2"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync("delete from audit_seals"));
    }

    private async Task WriteManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await WriteAsync(Entry(i));
    }
}
