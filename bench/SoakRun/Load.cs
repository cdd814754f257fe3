using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Npgsql;
using Pao.DurableTask;
using Pao.DurableTask.Converters;
using Pao.DurableTask.Protocol;
using Pao.Soak.Checks;
using Pao.Soak.Processes;
using Pao.Soak.Programs;

namespace Pao.Soak;

/// <summary>
/// Offers work at a constant rate, whatever becomes of it, and keeps the ledger: what a process has acknowledged must
/// come to its computed result. What has ended is checked and purged.
/// </summary>
internal sealed class Load(IReadOnlyList<NodeProcess> nodes, NpgsqlDataSource database, SoakSettings settings, Stopwatch run)
{
    private const int MaxPurge = 500;
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string ReadEnded = """
        select i.id
        from unnest(@ids) as open(id)
        join task_hub.instance as i on i.hub = 1 and i.id = open.id
        where i.completed_at is not null
        """;

    private readonly ConcurrentDictionary<string, Entry> _open = [];
    private readonly Random _random = new(settings.Seed);
    private readonly InstanceChecks _checks = new(database);
    private int _calling;
    private int _retries;

    /// <summary>When instances were seen ended, by the run's stopwatch.</summary>
    public List<TimeSpan> Ended { get; } = [];

    /// <summary>From an instance's acknowledgement to its end.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>How many instances were offered.</summary>
    public int Offered { get; private set; }

    /// <summary>Calls that failed, or had no answer in time, and were made again.</summary>
    public int Retries => _retries;

    /// <summary>How many instances are not known to have ended.</summary>
    public int Open => _open.Count;

    /// <summary>What was found wrong.</summary>
    public IReadOnlyList<string> Findings => _checks.Findings;

    /// <summary>Instances and children checked.</summary>
    public int Checked => _checks.Checked;

    public async Task OfferAsync(CancellationToken cancellationToken)
    {
        while (run.Elapsed < settings.Duration)
        {
            for (var due = (int)(run.Elapsed.TotalSeconds * settings.Rate); Offered < due; Offered++)
            {
                var id = $"s{Offered}";
                var program = SoakProgram.Random(_random);
                Interlocked.Increment(ref _calling);
                _ = StartAsync(id, program, _random.Next(1000), cancellationToken).ContinueWith(
                    failed => _checks.Report($"{id} could not be started: {failed.Exception?.InnerException}"),
                    cancellationToken,
                    TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default);
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Checks and purges what has ended, until all has or the token says stop.</summary>
    public async Task CollectAsync(Func<bool> isLast, CancellationToken cancellationToken)
    {
        while (!isLast() || _calling > 0 || !_open.IsEmpty)
        {
            await Task.Delay(500, cancellationToken);
            var acknowledged = _open.Where(entry => entry.Value.AcknowledgedAt is not null).Select(entry => entry.Key).ToArray();
            var ended = await EndedAsync(acknowledged, cancellationToken);
            foreach (var batch in ended.Chunk(200))
                await FinishAsync(batch, cancellationToken);
        }
    }

    /// <summary>The instances that have not ended, for the report.</summary>
    public IEnumerable<string> OpenIds => _open.Keys;

    private async Task FinishAsync(string[] ids, CancellationToken cancellationToken)
    {
        var now = run.Elapsed;
        var entries = ids.Select(id => _open[id]).ToList();
        var expected = entries.SelectMany(entry => entry.Expected).ToList();
        await _checks.CheckAsync(expected, cancellationToken);
        foreach (var batch in expected.Select(one => one.InstanceId).Chunk(MaxPurge))
        {
            var purge = new PurgeInstancesRequest { InstanceBatch = new InstanceBatch { InstanceIds = { batch } } };
            await CallAsync((hub, token) => hub.PurgeInstancesAsync(purge, token), cancellationToken);
        }

        foreach (var entry in entries)
        {
            Ended.Add(now);
            if (entry.AcknowledgedAt is { } at)
                Seconds.Add((now - at).TotalSeconds);
        }

        foreach (var id in ids)
            _open.TryRemove(id, out _);
    }

    private async Task StartAsync(string id, SoakProgram program, long value, CancellationToken cancellationToken)
    {
        var entry = _open[id] = new Entry(Interpreter.Run(id, program, value));
        var request = new CreateInstanceRequest
        {
            InstanceId = id,
            Name = SoakTasks.Orchestrator,
            Input = JsonDataConverter.Default.Serialize(new SoakInput(program, value)),
            // Nothing may be replaced: a second try must not run what the first began.
            OrchestrationIdReusePolicy = new OrchestrationIdReusePolicy(),
        };
        await CallAsync((hub, token) => hub.StartInstanceAsync(request, token), cancellationToken);
        entry.AcknowledgedAt = run.Elapsed;
        foreach (var signal in Interpreter.Signals(program))
        {
            var raise = new RaiseEventRequest
            {
                InstanceId = id,
                Name = signal.Name,
                Input = JsonDataConverter.Default.Serialize(signal.Number),
            };
            await CallAsync((hub, token) => hub.RaiseEventAsync(raise, token), cancellationToken);
        }

        Interlocked.Decrement(ref _calling);
    }

    /// <summary>Asks one process after another until one has answered.</summary>
    private async Task CallAsync(Func<ITaskHub, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(CallTime);
            try
            {
                await call(nodes[Random.Shared.Next(nodes.Count)].Hub, limit.Token);
                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
            {
                return; // an earlier try was accepted, its answer lost
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (e is RpcException { StatusCode: not (StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded) } refused)
                    _checks.Report($"a call was answered with {refused.StatusCode}: {refused.Status.Detail}");
                Interlocked.Increment(ref _retries);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<List<string>> EndedAsync(string[] ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadEnded);
        command.Parameters.AddWithValue("ids", ids);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> ended = [];
        while (await reader.ReadAsync(cancellationToken))
            ended.Add(reader.GetString(0));
        return ended;
    }

    private sealed class Entry(IReadOnlyList<Expected> expected)
    {
        public IReadOnlyList<Expected> Expected { get; } = expected;

        /// <summary>When a process said that it has the instance; null while none has.</summary>
        public TimeSpan? AcknowledgedAt
        {
            get => Volatile.Read(ref _acknowledged) is var ticks && ticks < 0 ? null : TimeSpan.FromTicks(ticks);
            set => Volatile.Write(ref _acknowledged, value?.Ticks ?? -1);
        }

        private long _acknowledged = -1;
    }
}
