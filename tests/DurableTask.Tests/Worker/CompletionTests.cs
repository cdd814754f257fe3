using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public class CompletionTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task What_the_hub_could_not_take_is_reported_again_until_it_does(StatusCode status)
    {
        var hub = new FailingHub(tries => tries <= 2 ? status : StatusCode.OK);

        Assert.True(await CompleteAsync(hub));
        Assert.Equal(3, hub.Tries);
    }

    [Fact]
    public async Task What_the_hub_does_not_want_any_more_is_dropped_at_once()
    {
        var hub = new FailingHub(_ => StatusCode.NotFound);

        Assert.False(await CompleteAsync(hub));
        Assert.Equal(1, hub.Tries);
    }

    [Fact]
    public async Task After_ten_tries_the_error_rises()
    {
        var hub = new FailingHub(_ => StatusCode.Unavailable);

        await Assert.ThrowsAsync<RpcException>(() => CompleteAsync(hub));
        Assert.Equal(10, hub.Tries);
    }

    [Fact]
    public async Task Another_error_is_not_tried_again()
    {
        var hub = new FailingHub(_ => StatusCode.InvalidArgument);

        await Assert.ThrowsAsync<RpcException>(() => CompleteAsync(hub));
        Assert.Equal(1, hub.Tries);
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 400)]
    [InlineData(3, 800)]
    [InlineData(9, 15_000)]
    public void Waits_double_up_to_15_seconds_and_are_at_most_a_fifth_longer(int failures, int milliseconds)
    {
        var least = TimeSpan.FromMilliseconds(milliseconds);

        for (var i = 0; i < 100; i++)
            Assert.InRange(Backoff.BeforeCompletingAgain(failures), least, least * 1.2);
    }

    private async Task<bool> CompleteAsync(FailingHub hub)
    {
        var completions = new Completions(hub, _time, int.MaxValue, NullLogger.Instance);
        var completing = completions.CompleteAsync(new ActivityResponse { InstanceId = "i" }, TestContext.Current.CancellationToken);
        await _time.UntilAsync(TimeSpan.FromSeconds(1), () => completing.IsCompleted);
        return await completing;
    }

    private sealed class FailingHub(Func<int, StatusCode> status) : EmptyHub
    {
        public int Tries { get; private set; }

        public override Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken)
        {
            var answer = status(++Tries);
            return answer == StatusCode.OK ? Task.CompletedTask : Task.FromException(new RpcException(new Status(answer, "No.")));
        }
    }
}
