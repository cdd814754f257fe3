using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Activities;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>Messages for an instance that leaves a node's memory, because no worker there takes it, in the same moment.</summary>
public sealed class LeavingInstanceTests : SharedHub
{
    [Fact]
    public async Task A_message_in_the_commit_that_gives_its_instance_up_comes_once()
    {
        var (a, store) = await StartAsync(LongLease);
        var (b, _) = await StartAsync(LongLease);
        using var hold = new Hold();
        store.Committing = units => hold.Stop(units.Any(unit => unit.Inserts.Any(insert => insert.State.InstanceId == "other")));
        var together = false;
        store.Committed = units => together |= units.Any(unit => unit.Releases.Any(release => release.InstanceId == "x"))
            && units.Any(unit => unit.Deliveries.Any(delivery => delivery.InstanceId == "x"));
        await using var unable = Only(new ScriptedWorker(a), ["none"], []).Start();

        await a.BeginAsync("wait", "x");
        var other = a.BeginAsync("wait", "other");
        await hold.Reached;
        await Eventually.TrueAsync(() => IsLeaving(a, "x"), "the instance is about to leave");
        var sent = a.RaiseAsync("x", "go", "1");
        hold.LetGo();
        await Task.WhenAll(other, sent);
        Assert.True(together, "The message was not in the commit that gave its instance up.");

        await using (new ScriptedWorker(b).Orchestrator("wait", Wait).Start())
            await Eventually.TrueAsync(async () => (await b.StateAsync("x"))?.CustomStatus == "1", "the other node has taken the message");
        await using var able = new ScriptedWorker(a).Orchestrator("wait", Wait).Start();
        Stop(b);
        await Eventually.TrueAsync(() => Has(a, "x"), "the instance is back");
        await a.RaiseAsync("x", "go", "2");

        Assert.Equal("12", (await a.EndAsync("x")).Output);
    }

    private static void LongLease(TaskHubOptions options) => options.Lease = TimeSpan.FromMinutes(5);

    private static bool IsLeaving(EmbeddedTaskHub hub, string id)
    {
        lock (hub.Node.Gate)
            return hub.Node.Residents.TryGet(id, out var resident) && resident.Releasing;
    }

    private static bool Has(EmbeddedTaskHub hub, string id)
    {
        lock (hub.Node.Gate)
            return hub.Node.Residents.TryGet(id, out _);
    }

    private static IEnumerable<OrchestratorAction> Wait(Turn turn)
    {
        var heard = string.Concat(turn.Events.Select(e => e.Input));
        turn.CustomStatus = heard;
        return heard.Length > 1 ? [Actions.Complete(0, heard)] : [];
    }
}
