using System.Globalization;
using Grpc.Core;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>
/// A hub's processes, their store and their clients in one thread: the seed decides what happens next, what fails, and
/// how long everything takes.
/// </summary>
internal sealed class World
{
    private const int MaxSteps = 300_000;
    private const int MaxDepth = 3;
    private static readonly DateTimeOffset Beginning = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly FaultPlan _faults;
    private readonly List<SimulatedProcess> _processes = [];
    private readonly Queue<string> _trace = [];
    private readonly Dictionary<object, string> _labels = [];
    private string? _breach;
    private ulong _fingerprint = 14695981039346656037;
    private TimeSpan _storeIsBackAt;
    private int _depth;
    private int _named;

    public World(int seed, int processes, TaskHubOptions options, FaultPlan faults)
    {
        Random = new Random(seed);
        Options = options;
        _faults = faults;
        Database = new SimulatedDatabase(this, options.Lease);
        Clients = new SimulationContext(this);
        ClientTime = new SimulatedTime(this, Clients);
        for (var i = 0; i < processes; i++)
            StartProcess();
    }

    public Random Random { get; }

    public TaskHubOptions Options { get; }

    public SimulatedDatabase Database { get; }

    public SimulationContext Clients { get; }

    public SimulatedTime ClientTime { get; }

    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset Now => Beginning + Elapsed;

    /// <summary>After this, nothing goes wrong any more.</summary>
    public TimeSpan FaultsEnd { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many of the last events are kept.</summary>
    public int KeptTrace { get; init; } = 200;

    public int Steps { get; private set; }

    /// <summary>How many faults have happened, by kind.</summary>
    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Equal for runs in which the same happened.</summary>
    public ulong Fingerprint => _fingerprint;

    public IEnumerable<string> LastTrace => _trace;

    public SimulatedProcess AnyProcess => _processes[Random.Next(_processes.Count)];

    private bool IsFaulty => Elapsed < FaultsEnd;

    /// <summary>Runs what clients do until it has ended.</summary>
    public void Run(Func<Task> clients)
    {
        Task? task = null;
        Clients.Run(() => task = clients());
        Until(() => task is { IsCompleted: true }, "the clients have what they wanted");
        task?.GetAwaiter().GetResult();
    }

    /// <summary>Goes on without faults.</summary>
    public void Until(Func<bool> reached, string what)
    {
        while (!reached())
        {
            Step();
            if (_breach is null && ++Steps > MaxSteps)
                Breach($"{MaxSteps} steps and {Elapsed} were not enough until {what}");
            if (_breach is not null)
                throw new InvalidOperationException(_breach);
        }
    }

    /// <summary>Something happened that must not. Kept, because the hub answers for exceptions on its own threads.</summary>
    public void Breach(string what)
    {
        Trace(what);
        _breach ??= what;
    }

    public void Require(bool condition, string breach)
    {
        if (condition)
            return;

        Breach(breach);
        throw new InvalidOperationException(breach);
    }

    /// <summary>A name that another run with this seed gives to the same thing: its id is chance.</summary>
    public string Label(object id)
    {
        if (!_labels.TryGetValue(id, out var label))
            _labels.Add(id, label = $"#{_labels.Count + 1}");
        return label;
    }

    public void Trace(string what)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{Elapsed:c} {what}");
        foreach (var c in line)
            _fingerprint = unchecked((_fingerprint ^ c) * 1099511628211);
        _trace.Enqueue(line);
        if (_trace.Count > KeptTrace)
            _trace.Dequeue();
    }

    /// <summary>A process waits for the store: others go on, and it is frozen where it is.</summary>
    public void Meanwhile(SimulatedProcess process)
    {
        if (_breach is not null)
            return;

        if (_depth < MaxDepth)
            for (var steps = Random.Next(8); steps > 0; steps--)
                Step();
        while (process.IsFrozen && !process.HasEnded && _breach is null && ++Steps < MaxSteps)
            Step();
    }

    public void FailSometimes(SimulatedProcess process, string what, string when)
    {
        if (process.HasEnded)
            throw new IOException("The process has ended.");
        if (Elapsed < _storeIsBackAt)
            throw new IOException("The store is away.");
        if (!Happens(when == "before" ? _faults.Refusals : _faults.LostAnswers, $"{process.Name}: {what} failed {when}", $"failed {when}"))
            return;

        throw new IOException($"The connection broke {when} the call.");
    }

    public void Announce(IReadOnlyCollection<Guid?> owners)
    {
        foreach (var owner in owners)
            foreach (var process in _processes)
                if (!Happens(_faults.LostAnnouncements, "an announcement was lost", "announcement lost"))
                    process.Hear(owner);
    }

    public static RpcException Unavailable() => new(new Status(StatusCode.Unavailable, "The process has ended."));

    private void Step()
    {
        _depth++;
        try
        {
            GoWrong();
            var choice = Random.Next((_processes.Count * 5) + 2);
            if (choice < _processes.Count * 5)
                _processes[choice / 5].Step(choice % 5);
            else if (choice == _processes.Count * 5 && Clients.Count > 0)
                Clients.RunAny();
            else
                PassTime();
        }
        finally
        {
            _depth--;
        }
    }

    private void PassTime()
    {
        var busy = Clients.Count > 0 || _processes.Exists(process => process.Context.Count > 0 && !process.IsFrozen);
        Elapsed += TimeSpan.FromMicroseconds(busy ? Random.Next(5_000) : Random.Next(Random.Next(10) == 0 ? 3_000_000 : 200_000));
        ClientTime.Fire();
        foreach (var process in _processes)
            process.Time.Fire();
    }

    private void GoWrong()
    {
        if (!IsFaulty)
            return;

        var process = AnyProcess;
        if (Happens(_faults.Crashes, $"{process.Name} crashes", "crash"))
            Replace(process);
        else if (process.CanLeave && Happens(_faults.Restarts, $"{process.Name} leaves", "restart"))
        {
            process.Leave();
            Replace(process);
        }
        else if (!process.IsFrozen && Happens(_faults.LostWorkers, $"{process.Name}'s worker is lost", "worker lost"))
            process.LoseWorker();
        else if (Happens(_faults.Freezes, $"{process.Name} freezes", "freeze"))
            process.FrozenUntil = Elapsed + (Options.Lease * (Random.NextDouble() * 3));
        else if (Happens(_faults.ClockSteps, $"{process.Name}'s clock steps", "clock step"))
            process.Time.Off = Random.Next(4) switch
            {
                0 => TimeSpan.FromHours(-1),
                1 => TimeSpan.FromHours(1),
                2 => TimeSpan.FromDays(40),
                _ => TimeSpan.Zero,
            };
        else if (Happens(_faults.Outages, "the store goes away", "outage"))
            _storeIsBackAt = Elapsed + (Options.Lease * (Random.NextDouble() * 2));
    }

    private bool Happens(double rate, string what, string kind)
    {
        if (rate == 0 || !IsFaulty || Random.NextDouble() >= rate)
            return false;

        Faults[kind] = Faults.GetValueOrDefault(kind) + 1;
        Trace(what);
        return true;
    }

    private void Replace(SimulatedProcess process)
    {
        process.End();
        if (_processes.Remove(process))
            StartProcess();
    }

    private void StartProcess() => _processes.Add(new SimulatedProcess(this, $"P{++_named}"));
}
