using Pao.Orchestrator.Access;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Access;

public sealed class PostgresSeenSignatureTests : SeenSignatureTests<PostgresTestDatabase>;

public sealed class SqliteSeenSignatureTests : SeenSignatureTests<SqliteTestDatabase>;

public abstract class SeenSignatureTests<TDatabase> : AccessConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    /// <summary>Its call came in time; its body came later, or to a process whose clock is ahead.</summary>
    [Fact]
    public async Task A_signature_is_known_for_longer_than_it_is_good_and_not_for_ever()
    {
        var seen = new SeenSignatures(Database, Time);
        var goodUntil = Time.GetUtcNow().AddMinutes(5);
        Assert.True(await seen.IsFirstAsync("one", goodUntil, Cancellation));

        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(await seen.IsFirstAsync("one", goodUntil, Cancellation));

        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.True(await seen.IsFirstAsync("another", Time.GetUtcNow(), Cancellation));
        Assert.Equal(["another"], await TextAsync("select signature as t from seen_signatures"));
    }
}
