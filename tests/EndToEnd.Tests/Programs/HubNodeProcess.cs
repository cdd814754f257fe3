using Grpc.Core;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Protocol;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A node of a task hub with tasks that kill it, or with none and a worker beside it; and a client's calls to it.</summary>
internal sealed class HubNodeProcess : MortalProcess
{
    public const int MaxAttempts = 5;

    private readonly string? _connectionString;
    private readonly int _port;
    private readonly GrpcTaskHub _hub;

    public HubNodeProcess(string data, string? connectionString, int port)
        : base(data)
    {
        (_connectionString, _port) = (connectionString, port);
        _hub = new GrpcTaskHub(TaskHubConnection.Parse($"Endpoint={Url};TaskHub=default;Authentication=None"));
        Directory.CreateDirectory(data);
    }

    public override string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Whose process has the tasks; null when it is this one.</summary>
    public HubWorkerProcess? Worker { get; init; }

    /// <summary>How long a start is only in memory.</summary>
    public string EventPatience { get; init; } = "00:00:00.050";

    protected override IReadOnlyList<string> Arguments =>
    [
        $"--role={(Worker is null ? "all" : "hub")}",
        $"--Pao:TaskHub:DataDirectory={Data}",
        $"--Pao:TaskHub:ConnectionString={_connectionString}",
        "--Pao:TaskHub:Lease=00:00:02",
        "--Pao:TaskHub:SuspectTime=00:00:02",
        $"--Pao:TaskHub:EventPatience={EventPatience}",
        $"--Pao:TaskHub:MaxAttempts={MaxAttempts}",
        $"--Pao:TaskHub:Server:Urls={Url}",
    ];

    /// <summary>Makes the call as often as it takes, in as many lives of the process.</summary>
    public async Task<T> CallAsync<T>(Func<GrpcTaskHub, Task<T>> call, string what)
        where T : class
    {
        T? answer = null;
        await Until.TrueAsync(
            async () =>
            {
                Revive();
                try
                {
                    answer = await call(_hub);
                    return true;
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
                {
                    return false;
                }
            },
            () => $"{what}; {Deaths.Count} deaths; the process said:\n{Output}");
        return answer ?? throw new InvalidOperationException("The call has ended.");
    }

    /// <summary>Starts the instance once, however often the answer is lost.</summary>
    public async Task BeginAsync(string name, string id)
    {
        var request = new CreateInstanceRequest
        {
            Name = name,
            InstanceId = id,
            Input = "\"in\"",
            OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy(),
        };
        await CallAsync(
            async hub =>
            {
                try
                {
                    return await hub.StartInstanceAsync(request, TestContext.Current.CancellationToken);
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
                {
                    return new CreateInstanceResponse { InstanceId = id };
                }
            },
            $"instance '{id}' is accepted");
    }

    public async Task<OrchestrationState> EndAsync(string id)
    {
        OrchestrationState? state = null;
        await Until.TrueAsync(
            async () =>
            {
                state = (await CallAsync(
                    hub => hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, TestContext.Current.CancellationToken),
                    $"the state of '{id}' is read")).OrchestrationState;
                return state?.OrchestrationStatus is OrchestrationStatus.Completed or OrchestrationStatus.Failed;
            },
            () => $"'{id}' ends, which is {state?.OrchestrationStatus}; {Deaths.Count} deaths; the process said:\n{Output}");
        return state ?? throw new InvalidOperationException("It has ended.");
    }

    public override ValueTask DisposeAsync()
    {
        _hub.Dispose();
        return base.DisposeAsync();
    }

    protected override void Revive()
    {
        base.Revive();
        Worker?.ReviveIfDead();
    }
}
