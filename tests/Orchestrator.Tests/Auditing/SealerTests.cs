using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Auditing;

public sealed class PostgresSealerTests : SealerTests<PostgresTestDatabase>;

public sealed class SqliteSealerTests : SealerTests<SqliteTestDatabase>;

/// <summary>The loops of the audit go on, whatever they meet.</summary>
public abstract class SealerTests<TDatabase> : AuditConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task An_entry_that_cannot_be_read_does_not_end_the_sealing_and_is_told_with_ever_longer_rests()
    {
        using var told = new Told<AuditSealer>();
        var heartbeats = new Heartbeats(_time);
        using var shipment = new AuditShipment(open: null, told.Metrics, heartbeats, _time, NullLogger<AuditShipment>.Instance);
        using var sealer = new AuditSealer(new AuditSealing(Database, _time), shipment, told.Metrics, heartbeats, _time, told);
        await WriteAsync(Entry(1));
        await ExecuteAsync($"insert into audit_log (at, actor, action, details) select at, actor, 'test.deep', '{Deep(400)}' from audit_log");

        await sealer.StartAsync(Cancellation);
        await Wait.UntilAsync(() => told.Lines.Count >= 7, () => _time.Advance(AuditSealer.Period));
        Assert.False(Standing(heartbeats).IsAlive);
        Assert.Equal(
            ["1 s.", "2 s.", "4 s.", "8 s.", "16 s.", "32 s.", "60 s."], told.Lines.Take(7).Select(line => line.Split("again in ")[1]));
        Assert.InRange(told.Counted(AuditMetrics.SealingFailures), 7, long.MaxValue);
        Assert.Equal([0L], await CountAsync("select count(*) as n from audit_seals"));

        await TamperAsync("update audit_log set details = null where action = 'test.deep'");
        _time.Advance(AuditSealer.LongestRest);
        await Wait.UntilAsync(() => Standing(heartbeats).LastBeat >= _time.GetUtcNow() - AuditSealer.Period, () => _time.Advance(AuditSealer.Period));
        await sealer.StopAsync(Cancellation);

        Assert.Equal([2L], await CountAsync("select count(*) as n from audit_seals"));
    }

    [Fact]
    public async Task The_loop_that_writes_refusals_says_that_it_lives()
    {
        var heartbeats = new Heartbeats(_time);
        using var entries = new FoldedEntries(Database, heartbeats, _time, NullLogger<FoldedEntries>.Instance);

        await entries.StartAsync(Cancellation);
        await Wait.UntilAsync(() => heartbeats.Look().Count == 1);
        for (var round = 0; round < 20; round++)
        {
            _time.Advance(FoldedEntries.Delay);
            await Wait.UntilAsync(() => Assert.Single(heartbeats.Look()).LastBeat == _time.GetUtcNow());
        }

        await entries.StopAsync(Cancellation);
    }

    private static LoopStanding Standing(Heartbeats heartbeats) => heartbeats.Look().Single(loop => loop.Loop == "audit_seals");

    private static string Deep(int depth)
    {
        JsonNode deep = new JsonObject();
        for (var i = 0; i < depth; i++)
            deep = new JsonObject { ["a"] = deep };
        return deep.ToJsonString(new System.Text.Json.JsonSerializerOptions { MaxDepth = depth + 2 });
    }
}
