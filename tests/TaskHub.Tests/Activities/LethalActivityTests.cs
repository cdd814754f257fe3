using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;
using Pao.TaskHub.Tests.Poison;

namespace Pao.TaskHub.Tests.Activities;

/// <summary>Activities of the shared table that kill whoever runs them: a remote worker, or the whole process.</summary>
public sealed class LethalActivityTests : SharedHub
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private int _touched;

    [Fact]
    public async Task One_that_kills_its_workers_fails_after_three_of_them_wherever_they_are()
    {
        EmbeddedTaskHub[] hubs = [await StartHubAsync(), await StartHubAsync(), await StartHubAsync()];
        var owner = hubs[0];
        await using var orchestrator = Orchestrates(owner);
        foreach (var hub in hubs)
        {
            var (worker, dying) = Lethal(hub);
            if (hub == owner)
                await owner.BeginAsync("careful", "x"); // in its memory at first, then in the table
            await dying.WaitAsync(Patience, Cancellation);
            await worker.KillAsync();
        }

        await using var last = Healthy(hubs[1]);
        Assert.Equal("PoisonedActivity", (await owner.EndAsync("x")).Output);
        Assert.Equal(3, _touched);
        await UntilEmptyAsync();
    }

    [Fact]
    public async Task One_whose_workers_hang_up_in_good_order_goes_on()
    {
        var owner = await StartHubAsync();
        var other = await StartHubAsync();
        await using var orchestrator = Orchestrates(owner);
        await owner.BeginAsync("careful", "x");
        for (var life = 1; life <= 4; life++)
        {
            var (worker, dying) = Lethal(other);
            await dying.WaitAsync(Patience, Cancellation);
            await worker.DisposeAsync();
        }

        await using var last = Healthy(other);
        Assert.Equal("fine", (await owner.EndAsync("x")).Output);
    }

    [Fact]
    public async Task One_that_kills_the_process_fails_after_three_times_and_what_ran_beside_it_goes_on()
    {
        var owner = await StartHubAsync();
        await using var orchestrator = Orchestrates(owner);
        await owner.BeginAsync("careful", "x");
        await owner.BeginAsync("one", "innocent");
        for (var life = 1; life <= 3; life++)
        {
            var process = await StartHubAsync();
            var (worker, dying) = Lethal(process, harmless: life == 3 ? "done" : null);
            await dying.WaitAsync(Patience, Cancellation);
            Crash(process);
            await worker.KillAsync();
        }

        var last = await StartHubAsync();
        await using var healthy = Healthy(last);
        Assert.Equal("PoisonedActivity", (await owner.EndAsync("x")).Output);
        Assert.Equal("done", (await owner.EndAsync("innocent")).Output);
        Assert.Equal(3, _touched);
        await UntilEmptyAsync();
    }

    private async Task<EmbeddedTaskHub> StartHubAsync() => (await StartAsync(options =>
    {
        options.MaxAttempts = 3;
        options.Lease = TimeSpan.FromSeconds(3);
    })).Hub;

    private static new ScriptedWorker Orchestrates(EmbeddedTaskHub hub) => Only(
        new ScriptedWorker(hub).Orchestrator("careful", MortalWorker.Carefully).Orchestrator("one", One), ["careful", "one"], []).Start();

    private static ScriptedWorker Healthy(EmbeddedTaskHub hub) => Only(
        new ScriptedWorker(hub).Activity("bomb", _ => "fine").Activity("work", _ => "done"), [], ["bomb", "work"]).Start();

    /// <summary>A worker that dies of "bomb", once it has everything that waits.</summary>
    private (ScriptedWorker Worker, Task Dying) Lethal(EmbeddedTaskHub hub, string? harmless = null)
    {
        var dying = new TaskCompletionSource();
        var worker = new ScriptedWorker(hub) { IsRemote = true }
            .Activity("bomb", async _ =>
            {
                Interlocked.Increment(ref _touched);
                if (harmless is null)
                    await Eventually.TrueAsync(async () => await WaitingAsync() == 0, "all activities are taken");
                dying.TrySetResult();
                throw Dead();
            })
            .Activity("work", _ => harmless is null ? Task.FromException<ActivityResponse>(Dead()) : Task.FromResult(new ActivityResponse { Result = harmless }));
        return (Only(worker, [], ["bomb", "work"]).Start(), dying.Task);
    }

    /// <summary>It answers nothing.</summary>
    private static RpcException Dead() => new(new Status(StatusCode.Aborted, "dead"));
}
