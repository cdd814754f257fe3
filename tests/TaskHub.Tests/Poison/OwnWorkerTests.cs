using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Worker;
using Pao.TaskHub.Tests.Harness;
using TaskFailureDetails = Pao.DurableTask.Protocol.TaskFailureDetails;

namespace Pao.TaskHub.Tests.Poison;

/// <summary>Code and input that cannot be run, over PAO's own worker: the instance fails where everybody sees it.</summary>
public sealed class OwnWorkerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_throws_what_changed_and_what_cannot_be_parsed_fails_and_the_rest_goes_on(string store)
    {
        await using var fixture = HubFixture.On(store);
        var hub = await fixture.StartAsync();
        var node = hub.NodeId;
        await using (await WorkerAsync(hub, "echo"))
        {
            await hub.BeginAsync("Calls", "changed");
            await Eventually.TrueAsync(
                () =>
                {
                    lock (hub.Node.Gate)
                        return hub.Node.Residents.TryGet("changed", out var changed) && changed.Execution.History.Any(e => e.TaskCompleted is not null);
                },
                "its activity has ended");
        }

        await using var worker = await WorkerAsync(hub, "renamed");
        await hub.BeginAsync("Throws", "throws");
        await hub.BeginAsync("Doubles", "unparsable", "{ no json");
        await hub.BeginAsync("Doubles", "sound", "21");
        await hub.RaiseAsync("changed", "go");

        Assert.Equal("42", (await hub.EndAsync("sound")).Output);
        Assert.Contains("InvalidOperationException", (await FailureOfAsync(hub, "throws")).ErrorType, StringComparison.Ordinal);
        Assert.Contains("Json", (await FailureOfAsync(hub, "unparsable")).ErrorType, StringComparison.Ordinal);
        Assert.Contains("NonDeterministic", (await FailureOfAsync(hub, "changed")).ErrorType, StringComparison.Ordinal);
        Assert.Equal(node, hub.NodeId);
    }

    private static async Task<TaskFailureDetails> FailureOfAsync(EmbeddedTaskHub hub, string id)
    {
        var end = await hub.EndAsync(id);
        Assert.Equal(OrchestrationStatus.Failed, end.OrchestrationStatus);
        return end.FailureDetails;
    }

    private static async Task<RunningWorker> WorkerAsync(EmbeddedTaskHub hub, string activity)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ITaskHub>(hub);
        builder.Services.AddDurableTaskWorker(worker => worker.AddTasks(tasks =>
        {
            tasks.AddOrchestratorFunc<int, int>("Doubles", (_, number) => Task.FromResult(number * 2));
            tasks.AddOrchestratorFunc<string>("Throws", _ => throw new InvalidOperationException("It always throws."));
            tasks.AddOrchestratorFunc<string>("Calls", async context =>
            {
                await context.CallActivityAsync<string>(activity);
                return await context.WaitForExternalEvent<string>("go");
            });
            tasks.AddActivityFunc<string>(activity, _ => Task.FromResult("done"));
        }));
        var host = builder.Build();
        await host.StartAsync(Cancellation);
        return new RunningWorker(host);
    }

    private sealed class RunningWorker(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            host.Dispose();
        }
    }
}
