using Pao.Catalog.Loading;

namespace Pao.Catalog.Tests.Keeping;

public sealed class LoadTurnsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_number_of_callers_share_the_load_that_has_not_begun()
    {
        var hold = new TestSource.Hold();
        var loads = 0;
        using var turns = new LoadTurns<int>(async cancellationToken =>
        {
            var number = Interlocked.Increment(ref loads);
            await hold.WaitAsync(cancellationToken);
            return number;
        });

        var first = turns.LoadAsync(Stop);
        await hold.Reached;
        var others = Enumerable.Range(0, 50).Select(_ => turns.LoadAsync(Stop)).ToList();
        hold.Release();

        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(others), number => Assert.Equal(2, number));
        Assert.Equal(2, loads);
    }

    [Fact]
    public async Task A_load_sees_what_was_there_before_it_was_asked_for_and_none_runs_beside_another()
    {
        var (state, running, loads) = (0, 0, 0);
        using var turns = new LoadTurns<int>(async _ =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            loads++;
            var seen = Volatile.Read(ref state);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return seen;
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 500; i++)
            {
                var mine = Interlocked.Increment(ref state);
                Assert.True(await turns.LoadAsync(Stop) >= mine);
            }
        }));

        Assert.InRange(loads, 1, 4000);
    }

    [Fact]
    public async Task A_caller_who_goes_away_takes_the_load_from_nobody()
    {
        var hold = new TestSource.Hold();
        using var turns = new LoadTurns<int>(async cancellationToken =>
        {
            await hold.WaitAsync(cancellationToken);
            return 1;
        });
        using var leaving = new CancellationTokenSource();
        var left = turns.LoadAsync(leaving.Token);
        await hold.Reached;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var stays = turns.LoadAsync(Stop);
        hold.Release();

        Assert.Equal(1, await stays);
    }

    [Fact]
    public async Task A_load_that_fails_is_no_reason_not_to_load_again()
    {
        var loads = 0;
        using var turns = new LoadTurns<int>(_ => ++loads == 1 ? throw new InvalidOperationException("once") : Task.FromResult(loads));

        await Assert.ThrowsAsync<InvalidOperationException>(() => turns.LoadAsync(Stop));

        Assert.Equal(2, await turns.LoadAsync(Stop));
    }

    [Fact]
    public async Task A_stop_without_patience_is_no_failure()
    {
        using var turns = new LoadTurns<int>(async cancellationToken =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 1;
        });
        var load = turns.LoadAsync(Stop);

        await turns.StopAsync(new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turns.LoadAsync(Stop));
    }
}
