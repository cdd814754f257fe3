using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Pao.DurableTask.Protocol;
using Pao.DurableTask.Tests.Scripted;
using Pao.DurableTask.Worker;

namespace Pao.DurableTask.Tests.Worker;

public class DrainTests
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _gates = new();
    private readonly ItemsHub _hub = new();
    private int _running;
    private int _most;
    private int _cancelled;

    [Fact]
    public async Task Never_more_run_than_the_limit_allows_even_when_the_hub_sends_more()
    {
        await using var host = await StartAsync(limit: 3);
        for (var id = 0; id < 10; id++)
            _hub.SendActivity(id);

        for (var done = 0; done < 10; done++)
        {
            await Waiting.UntilAsync(() => _running == Math.Min(3, 10 - done));
            Open(_gates.First(gate => !gate.Value.Task.IsCompleted).Key);
            await Waiting.UntilAsync(() => _hub.Completed.Count == done + 1);
        }

        Assert.Equal(3, _most);
    }

    [Fact]
    public async Task A_worker_that_stops_finishes_what_runs_and_takes_nothing_new()
    {
        await using var host = await StartAsync(limit: 10);
        _hub.SendActivity(0);
        await Waiting.UntilAsync(() => _running == 1);

        var stopping = host.StopAsync(CancellationToken.None);
        _hub.SendActivity(1);
        Assert.False(stopping.IsCompleted);
        Assert.False(_hub.StreamEnded);
        Open(0);
        await stopping;

        Assert.Equal(0, Assert.Single(_hub.Completed).TaskId);
        Assert.True(_hub.StreamEnded);
        Assert.False(_gates.ContainsKey(1));
    }

    [Fact]
    public async Task What_does_not_finish_in_the_hosts_time_is_cancelled_and_not_reported()
    {
        await using var host = await StartAsync(limit: 10);
        _hub.SendActivity(0);
        await Waiting.UntilAsync(() => _running == 1);

        await host.StopAsync(new CancellationToken(canceled: true));
        await Waiting.UntilAsync(() => _cancelled == 1);

        Assert.Empty(_hub.Completed);
    }

    [Fact]
    public async Task An_item_that_cannot_be_processed_is_given_back_and_the_others_go_on()
    {
        await using var host = await StartAsync(limit: 10);
        _hub.Send(new WorkItem { OrchestratorRequest = new() { InstanceId = "no start" }, CompletionToken = "bad" });
        _hub.SendActivity(0);
        Open(0);

        await Waiting.UntilAsync(() => _hub.Completed.Count == 1 && _hub.Abandoned.Count == 1);
        Assert.Equal("bad", _hub.Abandoned[0]);
    }

    [Fact]
    public async Task What_waits_for_room_holds_up_no_ping_and_is_anothers_when_its_stream_breaks()
    {
        await using var host = await StartAsync(limit: 1);
        _hub.SendActivity(0);
        await Waiting.UntilAsync(() => _running == 1);
        _hub.SendActivity(1); // as of a stream that was opened while the work of the one before runs on

        for (var ping = 0; ping < 100; ping++)
            _hub.Send(new WorkItem { HealthPing = new() });
        await Waiting.UntilAsync(() => _hub.Read == 102);
        _hub.BreakStream();
        await Waiting.UntilAsync(() => _hub.Opened == 2);
        _hub.SendActivity(2);
        Open(1);
        Open(2);
        Open(0);

        await Waiting.UntilAsync(() => _hub.Completed.Count == 2);
        Assert.Equal([0, 2], _hub.Completed.Select(response => response.TaskId));
    }

    [Fact]
    public async Task A_result_that_the_hub_does_not_take_fails_its_activity_instead_of_running_it_again()
    {
        const int Limit = 4_089_446;
        _hub.MessageLimit = Limit;
        await using var host = await TestHost.StartAsync(_hub, worker => worker
            .AddTasks(tasks => tasks.AddActivityFunc<int, string>("Gated", (_, _) => new string('x', Limit))));

        _hub.SendActivity(0);

        await Waiting.UntilAsync(() => _hub.Completed.Count == 1);
        var failure = _hub.Completed[0].FailureDetails;
        Assert.Equal(("PayloadTooLarge", true), (failure.ErrorType, failure.IsNonRetriable));
        Assert.Equal("token-0", _hub.Completed[0].CompletionToken);
    }

    private void Open(int id) => _gates.GetOrAdd(id, _ => new()).TrySetResult();

    private Task<TestHost> StartAsync(int limit) => TestHost.StartAsync(_hub, worker => worker
        .Configure(options => options.Concurrency.MaximumConcurrentActivityWorkItems = limit)
        .AddTasks(tasks => tasks.AddActivityFunc<int, int>("Gated", async (context, id) =>
        {
            lock (_gates)
                _most = Math.Max(_most, ++_running);

            try
            {
                await _gates.GetOrAdd(id, _ => new()).Task.WaitAsync(context.CancellationToken);
                return id;
            }
            catch (OperationCanceledException)
            {
                _cancelled++;
                throw;
            }
            finally
            {
                lock (_gates)
                    _running--;
            }
        })));

    private sealed class ItemsHub : EmptyHub
    {
        private readonly Channel<WorkItem> _items = Channel.CreateUnbounded<WorkItem>();

        public List<ActivityResponse> Completed { get; } = [];

        public List<string> Abandoned { get; } = [];

        public bool StreamEnded { get; private set; }

        public int Opened { get; private set; }

        /// <summary>How many items the worker has taken, and asked for the next.</summary>
        public int Read { get; private set; }

        public int MessageLimit { get; set; } = int.MaxValue;

        /// <summary>Ends the stream, after what was sent before.</summary>
        public void BreakStream() => Send(new WorkItem());

        public void Send(WorkItem item) => Assert.True(_items.Writer.TryWrite(item));

        public void SendActivity(int id) => Send(new WorkItem
        {
            CompletionToken = $"token-{id}",
            ActivityRequest = new() { Name = "Gated", Input = $"[{id}]", TaskId = id, OrchestrationInstance = new() { InstanceId = "i" } },
        });

        public override async IAsyncEnumerable<WorkItem> GetWorkItemsAsync(
            GetWorkItemsRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Opened++;
            try
            {
                await foreach (var item in _items.Reader.ReadAllAsync(cancellationToken))
                {
                    if (item.RequestCase is WorkItem.RequestOneofCase.None)
                        yield break;
                    yield return item;
                    Read++;
                }
            }
            finally
            {
                StreamEnded = true;
            }
        }

        public override Task CompleteActivityTaskAsync(ActivityResponse response, CancellationToken cancellationToken)
        {
            if (response.CalculateSize() > MessageLimit)
                throw new RpcException(new Status(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size."));

            lock (Completed)
                Completed.Add(response);

            return Task.CompletedTask;
        }

        public override Task AbandonOrchestratorTaskAsync(AbandonOrchestrationTaskRequest request, CancellationToken cancellationToken)
        {
            Abandoned.Add(request.CompletionToken);
            return Task.CompletedTask;
        }
    }
}
