using Grpc.Core;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Metrics;
using Pao.TaskHub.Poison;
using Pao.TaskHub.Queries;
using Pao.TaskHub.Residency;
using Pao.TaskHub.Retention;
using Pao.TaskHub.Timers;

namespace Pao.TaskHub.Nodes;

/// <summary>
/// This process as a member of the hub: what it has in memory, and the one lock that guards it. No I/O happens under the
/// lock; what has to be written goes to the committer, whose outcome comes back under the lock.
/// </summary>
internal sealed class Node
{
    private IDisposable? _listening;

    public Node(IHubStore store, TaskHubOptions options, TaskHubMetrics metrics, ILogger logger, TimeProvider time, Heartbeats heartbeats)
    {
        Heartbeats = heartbeats;
        Store = store;
        Time = time;
        Clock = new HubClock(time);
        Options = options;
        Metrics = metrics;
        Logger = logger;
        Turns = new TurnFlow(this);
        Activities = new ActivityFlow(this);
        Queue = new ActivityQueue(this);
        Instances = new InstanceFlow(this);
        LateMessages = new LateMessages(this);
        SetAside = new SetAside(this);
        Bounds = new Bounds(options);
        Suspects = new Suspects(this);
        LostWorkers = new LostWorkers(this);
        Isolation = new Isolation(options, time, LostWorkers.Watch);
        Dispatcher = new Dispatcher(Turns.Start, Isolation, time);
        Committer = new Committer(store, Clock, time, Gate, options.Lease, metrics, logger, Lose);
        Alarm = new Alarm(Clock, Gate, Tick, Doubt);
        Caretaker = new Caretaker(this);
        Retention = new RetentionSweep(this);
        metrics.Observe(this);
    }

    public Lock Gate { get; } = new();

    public IHubStore Store { get; }

    public TaskHubOptions Options { get; }

    public TaskHubMetrics Metrics { get; }

    public ILogger Logger { get; }

    /// <summary>This process's clock; only what it measures is used, never the time of day that it shows.</summary>
    public TimeProvider Time { get; }

    public HubClock Clock { get; }

    public Heartbeats Heartbeats { get; }

    public Residents Residents { get; } = new();

    public Waiters Waiters { get; } = new();

    public Dispatcher Dispatcher { get; }

    public Committer Committer { get; }

    public Alarm Alarm { get; }

    public Caretaker Caretaker { get; }

    public RetentionSweep Retention { get; }

    public TurnFlow Turns { get; }

    public ActivityFlow Activities { get; }

    public ActivityQueue Queue { get; }

    public InstanceFlow Instances { get; }

    public LateMessages LateMessages { get; }

    public SetAside SetAside { get; }

    public Suspects Suspects { get; }

    public Isolation Isolation { get; }

    public LostWorkers LostWorkers { get; }

    public Bounds Bounds { get; }

    /// <summary>Messages that wait in memory.</summary>
    public int WaitingMessages { get; set; }

    public bool IsStopped { get; private set; }

    public void Start()
    {
        Committer.Start(BeatOf("commits"));
        Alarm.Start(BeatOf("alarm"));
        Caretaker.Start();
        Retention.Start();
        Listen();
    }

    /// <summary>A node that is stepped by hand listens, and starts no threads.</summary>
    public void Listen() => _listening = Store.Listen(Hear, Caretaker.WakeInbox);

    /// <summary>Takes a loop of this node in, by a name that tells whose it is when the process has several hubs.</summary>
    public Heartbeat BeatOf(string loop) => Heartbeats.Of($"task_hub.{Options.Name}.{loop}");

    /// <summary>Commits what waits, gives up the instances, and answers everybody who still waits.</summary>
    public void Stop()
    {
        _listening?.Dispose();
        Retention.Stop();
        Caretaker.Stop();
        Alarm.Stop();
        lock (Gate)
            LateMessages.StoreAll();

        Committer.Stop();
        lock (Gate)
        {
            IsStopped = true;
            Lose();
            Waiters.Fail(Unavailable());
            foreach (var stream in Dispatcher.Streams)
                stream.Close();
        }

        Metrics.Dispose();
    }

    public static RpcException Unavailable(Exception? reason = null) => new(new Status(
        StatusCode.Unavailable, "The task hub's store cannot be reached, or the outcome of a write is unknown: ask again.", reason));

    /// <summary>Hands a unit to the committer, or fails it at once while the node is not a member.</summary>
    public void Commit(CommitUnit unit)
    {
        if (Committer.TryEnqueue(unit))
            return;

        unit.Settled = true;
        unit.Done(CommitResult.Of(CommitStatus.Lost));
    }

    private void Doubt(Exception reason)
    {
        if (Committer.Node is { } node)
            Committer.Abdicate(node, reason);
    }

    private void Hear(Guid? owner)
    {
        if (owner is null)
            Caretaker.Wake();
        else if (owner == Committer.Node)
            Caretaker.WakeInbox();
    }

    /// <summary>Memory is no longer true: drop it. Activities go on in their workers and find their instance again.</summary>
    private void Lose()
    {
        var residents = Residents.All.ToList();
        Residents.Clear();
        Alarm.Clear();
        Instances.Reset();
        LateMessages.Reset();
        Suspects.Reset();
        Queue.Reset();
        Dispatcher.Clear();
        foreach (var resident in residents)
        {
            Turns.Withdraw(resident);
            Activities.Detach(resident);
            foreach (var message in resident.Mailbox)
                message.Settle(Unavailable());
            foreach (var caller in resident.Creation)
                caller.TrySetException(Unavailable());
        }

        WaitingMessages = 0;
        Dispatcher.Pump();
    }

    private void Tick()
    {
        Instances.ReleaseIdle();
        Activities.ForgetDetached();
        Queue.MoveUnaccepted();
        Dispatcher.Pump();
        foreach (var stream in Dispatcher.Streams)
            stream.PingWhenSilent();
    }
}
