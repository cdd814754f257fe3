using Google.Protobuf;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Tests.Harness;

namespace Pao.TaskHub.Tests.Conformance;

/// <summary>What every hub owes its clients and workers, whatever the database.</summary>
public abstract partial class HubConformance : IAsyncLifetime
{
    private EmbeddedTaskHub? _hub;

    protected abstract HubFixture Fixture { get; }

    internal EmbeddedTaskHub Hub => _hub ?? throw new InvalidOperationException("The hub has not started.");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await Fixture.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private ScriptedWorker Worker() => new(Hub);

    private async Task<string> StartAsync(string name, string? input = null, string id = "")
    {
        var response = await Hub.StartInstanceAsync(new CreateInstanceRequest { Name = name, Input = input, InstanceId = id }, Cancellation);
        return response.InstanceId;
    }

    private async Task<OrchestrationState> EndOfAsync(string id)
    {
        var response = await Hub.WaitForInstanceCompletionAsync(
            new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        return response.OrchestrationState;
    }

    private async Task<OrchestrationState?> StateOfAsync(string id)
    {
        var response = await Hub.GetInstanceAsync(new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, Cancellation);
        return response.OrchestrationState;
    }

    private Task UntilAsync(string id, OrchestrationStatus status) => Eventually.TrueAsync(
        async () => (await StateOfAsync(id))?.OrchestrationStatus == status, $"'{id}' is {status}");

    private async Task<List<HistoryEvent>> HistoryOfAsync(string id)
    {
        List<HistoryEvent> events = [];
        await foreach (var chunk in Hub.StreamInstanceHistoryAsync(new StreamInstanceHistoryRequest { InstanceId = id }, Cancellation))
            events.AddRange(chunk.Events);
        return events;
    }

    private static IEnumerable<string> Kinds(IEnumerable<HistoryEvent> events) => events.Select(e => e.EventTypeCase.ToString());

    private static IEnumerable<OrchestratorAction> Steps(Turn turn, int steps)
    {
        var done = turn.Completed;
        yield return done < steps ? Actions.Task(done, "echo", $"\"{done}\"") : Actions.Complete(done, $"\"{done} steps\"");
    }

    private static HistoryEvent Raised(string name, string? input) =>
        new() { EventId = -1, EventRaised = new EventRaisedEvent { Name = name, Input = input } };

    protected static byte[] Bytes(IMessage message) => message.ToByteArray();
}
