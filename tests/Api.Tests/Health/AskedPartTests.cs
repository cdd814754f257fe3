using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Pao.Api.Health;

namespace Pao.Api.Tests.Health;

public sealed class AskedPartTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<TaskCompletionSource<string?>> _asked = new();
    private readonly AskedPart _part;

    public AskedPartTests() => _part = new AskedPart(
        _ =>
        {
            var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _asked.Enqueue(answer);
            return answer.Task;
        },
        _time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_many_ask_the_part_is_asked_once_a_second()
    {
        var first = Enumerable.Range(0, 10).Select(_ => _part.CheckAsync(Stop)).ToList();
        (await NextAsync()).SetResult(null);

        Assert.All(await Task.WhenAll(first), check => Assert.True(check.IsUp));
        Assert.True((await _part.CheckAsync(Stop)).IsUp);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task While_the_part_is_asked_what_it_said_last_counts_for_ten_seconds()
    {
        var first = _part.CheckAsync(Stop);
        (await NextAsync()).SetResult(null);
        Assert.True((await first).IsUp);

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await _part.CheckAsync(Stop)).IsUp);
        var second = await NextAsync();
        second.SetResult("It is full.");
        await UntilAsync(async () => (await _part.CheckAsync(Stop)).Reason == "It is full.");

        _time.Advance(TimeSpan.FromSeconds(10));
        var late = _part.CheckAsync(Stop);
        Assert.False(late.IsCompleted);
        (await NextAsync()).SetResult(null);
        Assert.True((await late).IsUp);
    }

    [Fact]
    public async Task A_part_that_does_not_answer_is_down()
    {
        var check = _part.CheckAsync(Stop);
        await NextAsync();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.False((await check).IsUp);
    }

    private async Task<TaskCompletionSource<string?>> NextAsync()
    {
        TaskCompletionSource<string?>? next = null;
        await UntilAsync(() => Task.FromResult(_asked.TryDequeue(out next)));
        return next ?? throw new InvalidOperationException("It was asked.");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var tries = 0; !await condition(); tries++)
        {
            Assert.True(tries < 1000, "it does not come to that");
            await timer.WaitForNextTickAsync(Stop);
        }
    }
}
