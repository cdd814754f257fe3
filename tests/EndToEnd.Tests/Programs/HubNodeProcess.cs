using Grpc.Core;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Protocol;

namespace Pao.EndToEnd.Tests.Programs;

/// <summary>A node of a task hub with tasks that kill it (tests/HubNode), and who restarts it when it has died.</summary>
internal sealed class HubNodeProcess : ServerProcess
{
    public const int MaxAttempts = 5;

    private readonly string _data;
    private readonly string? _connectionString;
    private readonly int _port = Repository.FreePort();
    private readonly GrpcTaskHub _hub;

    public HubNodeProcess(string data, string? connectionString)
    {
        (_data, _connectionString) = (data, connectionString);
        _hub = new GrpcTaskHub(TaskHubConnection.Parse($"Endpoint={Url};TaskHub=default;Authentication=None"));
        Directory.CreateDirectory(data);
    }

    public override string Url => $"http://127.0.0.1:{_port}";

    /// <summary>The exit codes of its deaths.</summary>
    public List<int> Deaths { get; } = [];

    /// <summary>How often the instance's code was about to do its damage.</summary>
    public int Touched(string instanceId) => File.Exists(Ledger) ? File.ReadLines(Ledger).Count(line => line == instanceId) : 0;

    protected override string HealthPath => "/";

    private string Ledger => Path.Combine(_data, "ledger");

    /// <param name="mended">Whether its tasks are harmless.</param>
    public void Launch(bool mended) => Start(
        Repository.Program("HubNode"),
        [
            $"--ledger={Ledger}",
            $"--mended={mended}",
            $"--Pao:TaskHub:DataDirectory={_data}",
            $"--Pao:TaskHub:ConnectionString={_connectionString}",
            "--Pao:TaskHub:Lease=00:00:01",
            "--Pao:TaskHub:SuspectTime=00:00:02",
            $"--Pao:TaskHub:MaxAttempts={MaxAttempts}",
            $"--Pao:TaskHub:Server:Urls={Url}",
        ],
        new Dictionary<string, string?> { ["DOTNET_DbgEnableMiniDump"] = "0" });

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

    private void Revive()
    {
        if (!HasExited)
            return;

        Deaths.Add(ExitCode);
        Launch(mended: false);
    }
}
