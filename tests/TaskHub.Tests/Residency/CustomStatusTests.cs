using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Residency;

/// <summary>The custom status of a generation that never set one, while the instance leaves memory and comes back.</summary>
public sealed class CustomStatusTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_generation_that_sets_no_status_keeps_the_earlier_ones_after_a_reload(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync(options => options.IdleRelease = TimeSpan.Zero);
        await using var worker = new ScriptedWorker(hub).Orchestrator("keep", turn =>
        {
            if (turn.Input != "next")
            {
                turn.CustomStatus = "\"first\"";
                return [Actions.ContinueAsNew(0, "next")];
            }

            return turn.Events.Count == 2 ? [Actions.Complete(0)] : [];
        }).Start();
        await hub.BeginAsync("keep", "x");

        await Eventually.TrueAsync(async () => (await hub.StateAsync("x"))?.Input == "next", "the next generation is stored");
        await RaisedAfterReleaseAsync(hub);
        var between = await hub.StateAsync("x");
        await RaisedAfterReleaseAsync(hub);

        Assert.Equal("\"first\"", between?.CustomStatus);
        Assert.Equal("\"first\"", (await hub.EndAsync("x")).CustomStatus);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_status_that_a_generation_sets_and_clears_stays_cleared_after_a_reload(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync(options => options.IdleRelease = TimeSpan.Zero);
        await using var worker = new ScriptedWorker(hub).Orchestrator("clear", turn =>
        {
            turn.CustomStatus = turn.Input != "next" ? "\"first\"" : turn.Events.Count == 1 ? "\"second\"" : null;
            return turn.Input != "next" ? [Actions.ContinueAsNew(0, "next")]
                : turn.Events.Count == 3 ? [Actions.Complete(0)]
                : [];
        }).Start();
        await hub.BeginAsync("clear", "x");

        await Eventually.TrueAsync(async () => (await hub.StateAsync("x"))?.Input == "next", "the next generation is stored");
        List<string?> seen = [];
        for (var i = 0; i < 3; i++)
        {
            await RaisedAfterReleaseAsync(hub);
            seen.Add((await hub.StateAsync("x"))?.CustomStatus);
        }

        await hub.EndAsync("x");
        Assert.Equal(["\"second\"", null, null], seen);
    }

    private static async Task RaisedAfterReleaseAsync(EmbeddedTaskHub hub)
    {
        await hub.UntilReleasedAsync();
        var turns = await TurnsAsync(hub);
        await hub.RaiseAsync("x", "go");
        await Eventually.TrueAsync(async () => await TurnsAsync(hub) > turns, "the event's turn is committed");
        await hub.UntilReleasedAsync(); // from here on the store answers
    }

    private static async Task<int> TurnsAsync(EmbeddedTaskHub hub)
    {
        var request = new StreamInstanceHistoryRequest { InstanceId = "x" };
        return await hub.StreamInstanceHistoryAsync(request, TestContext.Current.CancellationToken).CountAsync();
    }
}
