using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pao.DurableTask.Client;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Scripted;

/// <summary>A worker and a client on one hub.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _worker;

    private TestHost(ServiceProvider services)
    {
        _services = services;
        _worker = services.GetRequiredService<IHostedService>();
        Client = services.GetRequiredService<DurableTaskClient>();
    }

    public DurableTaskClient Client { get; }

    public DurableTaskWorker Worker => (DurableTaskWorker)_worker;

    public static async Task<TestHost> StartAsync(
        ITaskHub hub, Action<IDurableTaskWorkerBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var collection = new ServiceCollection();
        collection.AddLogging().AddSingleton(hub).AddDurableTaskClient();
        services?.Invoke(collection);
        collection.AddDurableTaskWorker(configure);
        var host = new TestHost(collection.BuildServiceProvider());
        await host._worker.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Starts an instance and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(TaskName orchestrator, object? input = null, string instanceId = "instance")
    {
        var cancellation = TestContext.Current.CancellationToken;
        await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(instanceId), cancellation);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        return await Client.WaitForInstanceCompletionAsync(instanceId, true, deadline.Token);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _worker.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
