using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.Conformance.Tests.Cases;
using Pao.Conformance.Tests.Tasks;
using Pao.Conformance.Tests.Users;
using Pao.DurableTask.Client;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Worker;
using Pao.TaskHub;
using Pao.TaskHub.Grpc;

namespace Pao.Conformance.Tests.Setups;

/// <summary>A hub on a database, a worker and a client: who speaks what, over which way.</summary>
/// <param name="store">The database.</param>
/// <param name="wiring">Who runs what.</param>
public abstract class Setup(Store store, Wiring wiring) : IAsyncLifetime
{
    private static readonly JsonDataConverter Json = new(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    private readonly List<IAsyncDisposable> _parts = [];
    private IHubUser? _user;

    internal IHubUser User => _user ?? throw new InvalidOperationException("The setup has not started.");

    public async ValueTask InitializeAsync()
    {
        var database = await StoreDatabase.CreateAsync(store);
        _parts.Add(database);
        var hub = await StartAsync(services =>
        {
            services.AddTaskHub(options => (options.ConnectionString, options.DataDirectory) = (database.ConnectionString, database.Folder));
            services.AddTaskHubServer(server => server.Urls = "http://127.0.0.1:0");
            if (wiring is Wiring.InProcess)
                AddOwn(services, orchestrators: true, activities: true);
        });

        var health = hub.GetRequiredService<TaskHubHealth>();
        await Stage.UntilAsync(() => Task.FromResult(health.IsReady), "the hub is ready");
        var address = Assert.Single(hub.GetRequiredService<TaskHubServer>().Addresses);
        _user = wiring switch
        {
            Wiring.InProcess => new OwnUser(hub.GetRequiredService<DurableTaskClient>()),
            Wiring.Grpc => await OwnAsync(address, orchestrators: true, activities: true),
            Wiring.Node => await NodeAsync(address, "orchestrators", "activities"),
            Wiring.OwnCallsNode => await WithAsync(NodeAsync(address, "activities"), OwnAsync(address, orchestrators: true, activities: false)),
            Wiring.NodeCallsOwn => await WithAsync(OwnAsync(address, orchestrators: false, activities: true), NodeAsync(address, "orchestrators")),
            _ => throw new InvalidOperationException($"{wiring}?"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
            await _parts[i].DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static void AddOwn(IServiceCollection services, bool orchestrators, bool activities)
    {
        services.AddDurableTaskClient(client => client.Configure(options => options.DataConverter = Json));
        services.AddDurableTaskWorker(worker =>
        {
            worker.UseWorkItemFilters().Configure(options => (options.DataConverter, options.WrapsActivityInput) = (Json, false));
            if (orchestrators)
                worker.AddTasks(OwnTasks.AddOrchestrators);
            if (activities)
                worker.AddTasks(OwnTasks.AddActivities);
        });
    }

    /// <summary>The first is a worker, the second a worker and the client.</summary>
    private static async Task<IHubUser> WithAsync(Task<IHubUser> worker, Task<IHubUser> user)
    {
        await worker;
        return await user;
    }

    private async Task<IHubUser> OwnAsync(Uri address, bool orchestrators, bool activities)
    {
        var own = await StartAsync(services =>
        {
            services.AddTaskHubConnection($"Endpoint={address};TaskHub=default;Authentication=None");
            AddOwn(services, orchestrators, activities);
        });
        return new OwnUser(own.GetRequiredService<DurableTaskClient>());
    }

    private async Task<IHubUser> NodeAsync(Uri address, params IReadOnlyList<string> roles)
    {
        var node = await NodeProcess.StartAsync(address, "default", roles);
        _parts.Add(node);
        return new NodeUser(node);
    }

    private async Task<IServiceProvider> StartAsync(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        configure(builder.Services);
        var host = builder.Build();
        _parts.Add(new RunningHost(host));
        await host.StartAsync();
        return host.Services;
    }

    private sealed class RunningHost(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            if (host is IAsyncDisposable disposable)
                await disposable.DisposeAsync();
        }
    }
}

public enum Wiring
{
    /// <summary>Our SDK in the hub's process.</summary>
    InProcess,

    /// <summary>Our SDK over gRPC.</summary>
    Grpc,

    /// <summary>The JavaScript SDK as client and worker.</summary>
    Node,

    /// <summary>Orchestrators and client in C#, activities in JavaScript.</summary>
    OwnCallsNode,

    /// <summary>Orchestrators and client in JavaScript, activities in C#.</summary>
    NodeCallsOwn,
}
