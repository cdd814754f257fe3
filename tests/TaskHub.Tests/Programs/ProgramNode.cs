using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pao.DurableTask;
using Pao.DurableTask.Worker;
using Pao.Programs;
using Pao.TaskHub.Tests.Faults;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Programs;

/// <summary>A hub whose commits fail now and then, and a real worker that knows random programs.</summary>
internal sealed class ProgramNode : IAsyncDisposable
{
    private readonly FaultyStore _store;
    private readonly ServiceProvider _services;
    private readonly IHostedService _worker;

    private ProgramNode(EmbeddedTaskHub hub, FaultyStore store, ServiceProvider services)
    {
        Hub = hub;
        _store = store;
        _services = services;
        _worker = services.GetRequiredService<IHostedService>();
    }

    public EmbeddedTaskHub Hub { get; }

    /// <summary>How many commits failed, before or after they happened.</summary>
    public int Faults => _store.Faults;

    /// <param name="fixture">Has the database.</param>
    /// <param name="random">Decides which of the node's commits fail.</param>
    public static async Task<ProgramNode> StartAsync(HubFixture fixture, Random random)
    {
        FaultyStore? faulty = null;
        var hub = await fixture.StartAsync(wrap: real => faulty = new FaultyStore(real));
        Assert.NotNull(faulty);
        var commits = 0; // each kind once at first, however few groups the commits make
        faulty.Fault = _ => (commits < 2 ? commits++ : random.Next(60)) switch { 0 => CommitFault.NotWritten, 1 => CommitFault.AnswerLost, _ => CommitFault.None };
        var programs = new RandomPrograms(
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromMilliseconds(5),
            (id, name, value) => UntilAcceptedAsync(() => hub.RaiseAsync(id, name, value.ToString(CultureInfo.InvariantCulture))),
            countsRuns: false);
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<ITaskHub>(hub);
        services.AddDurableTaskWorker(worker => worker.AddTasks(programs.AddTo));
        var node = new ProgramNode(hub, faulty, services.BuildServiceProvider());
        await node._worker.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>A call whose fate is unknown is made again; a start that then finds its id taken had been accepted.</summary>
    public static async Task UntilAcceptedAsync(Func<Task> call)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
            {
                return;
            }
            catch (Exception e) when (e is RpcException { StatusCode: StatusCode.Unavailable } or NpgsqlException)
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _store.Fault = static _ => CommitFault.None;
        await _worker.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
