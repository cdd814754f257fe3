using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Activities;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>A node that slept through its lease while another went on with its instances.</summary>
public sealed class StaleMemoryTests : SharedHub
{
    [Fact]
    public async Task What_a_node_remembers_from_before_a_lost_lease_counts_for_nothing_when_the_instance_comes_back()
    {
        var (a, store) = await StartAsync(options => options.Lease = TimeSpan.FromSeconds(1));
        var (b, _) = await StartAsync();
        await using var worker = new ScriptedWorker(a).Orchestrator("collect", Collect).Start();
        await a.BeginAsync("collect", "x");
        await a.RaiseAsync("x", "go", "1");
        using var asleep = new Hold();
        store.Committing = _ => asleep.Stop(true);
        await asleep.Reached;

        await using (new ScriptedWorker(b).Orchestrator("collect", Collect).Start())
        {
            await Eventually.TrueAsync(() => b.Node.Residents.Count == 1, "the other node has the instance");
            await b.RaiseAsync("x", "go", "2");
            await b.RaiseAsync("x", "go", "3");
        }

        var before = a.NodeId;
        Stop(b);
        asleep.LetGo();
        await Eventually.TrueAsync(() => a.NodeId is { } id && id != before, "the node has joined again");
        await a.RaiseAsync("x", "go", "4");

        Assert.Equal("1234", (await a.EndAsync("x")).Output);
        await Histories.AssertSoundAsync(a, "x", activities: 0);
    }

    [Fact]
    public async Task A_node_whose_lease_is_over_stores_no_message_either()
    {
        var (a, _) = await StartAsync(options => options.Lease = TimeSpan.FromMinutes(5)); // no renewal tells it
        var (b, _) = await StartAsync();
        await using var worker = new ScriptedWorker(b).Orchestrator("collect", Collect).Start();
        await b.BeginAsync("collect", "x");
        await ExecuteAsync($"update task_hub.node set dead = true where id = '{a.NodeId}'");

        var refused = await Assert.ThrowsAsync<RpcException>(() => a.RaiseAsync("x", "go", "lost"));
        foreach (var input in "1234")
            await b.RaiseAsync("x", "go", $"{input}");

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal("1234", (await b.EndAsync("x")).Output);
    }

    private static IEnumerable<OrchestratorAction> Collect(Turn turn) =>
        turn.Events.Count == 4 ? [Actions.Complete(0, string.Concat(turn.Events.Select(e => e.Input)))] : [];
}
