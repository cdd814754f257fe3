using CsCheck;
using Grpc.Core;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Protocol;
using Pao.Programs;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>Clients that start random programs, wait for their ends, and ask again whenever an answer is lost.</summary>
internal sealed class SimulatedClients
{
    public static readonly TimeSpan LongestTimer = TimeSpan.FromSeconds(90);
    private const int MaxSteps = 8;

    private readonly World _world;
    private readonly List<Step[]> _programs = [];

    public SimulatedClients(World world, int seed, int instances)
    {
        _world = world;
        var chance = new PCG((uint)seed, (ulong)seed);
        for (var i = 0; i < instances; i++)
            _programs.Add([.. RandomPrograms.Programs.Generate(chance, null, out _).Take(MaxSteps)]);
    }

    public Task RunAsync() => Task.WhenAll(_programs.Select(RunAsync));

    /// <summary>Again and again, until it is known to have happened.</summary>
    public static async Task<T> RetryAsync<T>(TimeProvider time, Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
            }
            catch (IOException)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time);
        }
    }

    private async Task RunAsync(Step[] program, int number)
    {
        var id = $"i-{number}";
        await StartAsync(id, program);
        _world.Trace($"{id} is started");
        var end = await RetryAsync(_world.ClientTime, () => _world.AnyProcess.CallAsync(hub => hub.WaitForInstanceCompletionAsync(
            new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, CancellationToken.None)));
        _world.Trace($"{id} has ended");

        var state = end.OrchestrationState;
        var expected = JsonDataConverter.Default.Serialize(RandomPrograms.Interpret(program));
        _world.Require(state.OrchestrationStatus == OrchestrationStatus.Completed, $"'{id}' ended as {state}");
        _world.Require(state.Output == expected, $"'{id}' resulted in {state.Output} instead of {expected}");
        _world.Require(_world.Database.Find(id)?.Output == expected, $"'{id}' is not stored as the client was told");
    }

    /// <summary>The id may be taken only if an earlier try of ours may have taken it.</summary>
    private async Task StartAsync(string id, Step[] program)
    {
        var request = new CreateInstanceRequest
        {
            Name = "Program",
            InstanceId = id,
            Input = JsonDataConverter.Default.Serialize(new Progress(program, 0, 17)),
            OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy(),
        };
        var tries = 0;
        await RetryAsync(_world.ClientTime, async () =>
        {
            tries++;
            try
            {
                return await _world.AnyProcess.CallAsync(hub => hub.StartInstanceAsync(request.Clone(), CancellationToken.None));
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists && tries > 1)
            {
                return new CreateInstanceResponse { InstanceId = id };
            }
        });
        _world.Require(_world.Database.Find(id) is not null, $"'{id}' was accepted and is not stored");
    }
}
