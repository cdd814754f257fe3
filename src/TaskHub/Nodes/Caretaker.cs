using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Residency;

namespace Pao.TaskHub.Nodes;

/// <summary>
/// Looks after what nobody announces: takes instances that are due or whose node is gone, finds messages that other nodes
/// left for ours, and answers those who wait for an instance that lives elsewhere. One thread; its reads block.
/// </summary>
internal sealed partial class Caretaker(Node node)
{
    private const int ClaimLimit = 100;
    private const int InboxLimit = 10_000;
    private static readonly TimeSpan InboxInterval = TimeSpan.FromSeconds(2);

    private readonly object _signal = new();
    private readonly Backoff _pause = new(node.Options.PollInterval, TimeSpan.FromSeconds(5));
    private TimeSpan _wait = node.Options.PollInterval;
    private Thread? _thread;
    private Heartbeat? _beat;
    private bool _woken;
    private bool _inbox;
    private bool _stopping;
    private long? _inboxRead;

    public void Start()
    {
        _beat = node.BeatOf("claims");
        _thread = new Thread(() => { while (Step(wait: true)) { } }) { IsBackground = true, Name = "hub-caretaker" };
        _thread.Start();
    }

    public void Stop()
    {
        Signal(() => _stopping = true);
        _thread?.Join();
        _beat?.End();
    }

    /// <summary>Something may be claimable.</summary>
    public void Wake() => Signal(() => _woken = true);

    /// <summary>Messages for our instances may be in the store.</summary>
    public void WakeInbox() => Signal(() => _woken = _inbox = true);

    private void Signal(Action set)
    {
        lock (_signal)
        {
            set();
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>Has a look at the store. False when stopped.</summary>
    /// <param name="wait">Whether to wait until woken or until the next poll; who steps by hand does not.</param>
    public bool Step(bool wait)
    {
        if (!Wait(wait))
            return false;

        try
        {
            if (node.Committer.Node is { } id)
                Look(id);
            _pause.Reset();
            _wait = node.Options.PollInterval;
            _beat?.Beat(_wait);
        }
        catch (LeaseLostException)
        {
            _wait = node.Options.PollInterval; // the committer knows
        }
#pragma warning disable CA1031 // A look that failed is made again; the committer judges the store, not this.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.LookFailed(node.Logger, e.Message);
            _wait = _pause.Next();
        }

        return true;
    }

    private void Look(Guid id)
    {
        Claim(id);
        ClaimActivities(id);
        if (TakeInboxTurn())
            ReadInbox(id);
        AnswerWaiters();
    }

    private void Claim(Guid id)
    {
        while (Wanted() is { } wanted)
        {
            var claimed = ClaimNow(id, () => node.Store.Claim(id, wanted.Names, ClaimLimit));
            if (claimed.Count == 0)
                return;

            lock (node.Gate)
            {
                // The node may have been replaced while the claim was made; then the next one finds these instances.
                if (node.Committer.Node != id)
                    return;

                node.Metrics.TakenOver(claimed.Count(instance => instance.TakenOver));
                foreach (var instance in claimed.Where(instance => !instance.IsSuspect))
                    node.Instances.AdmitOrSetAside(instance);
                node.Suspects.Add(claimed.Where(instance => instance.IsSuspect));
            }

            if (claimed.Count < ClaimLimit)
                return;
        }
    }

    private void ClaimActivities(Guid id)
    {
        if (!node.Store.IsShared)
            return;

        ActivityClaim? claim;
        lock (node.Gate)
            claim = node.Queue.Wanted();
        if (claim is null)
            return;

        var claimed = ClaimNow(id, () => node.Store.ClaimActivities(id, claim));
        lock (node.Gate)
        {
            // The node may have been replaced meanwhile; then the rows are a dead node's.
            if (node.Committer.Node == id)
                node.Queue.Admit(id, claim, claimed);
        }
    }

    /// <summary>
    /// A claim whose answer is lost may have been made: only a node with another id finds those instances again. One that
    /// is refused means that the lease is over, which an idle committer would find out late.
    /// </summary>
    private T ClaimNow<T>(Guid id, Func<T> claim)
    {
        try
        {
            return claim();
        }
        catch (Exception e) when (e is not NotClaimedException)
        {
            node.Committer.Abdicate(id, e);
            throw;
        }
    }

    /// <summary>Which orchestrators this node's workers can take now; null when there is no room for more.</summary>
    private (bool Any, IReadOnlyCollection<string>? Names)? Wanted()
    {
        lock (node.Gate)
        {
            var streams = node.Dispatcher.Streams;
            if (streams.Count == 0 || node.Dispatcher.WaitingTurns > ClaimLimit * 10)
                return null;

            var names = streams.Select(stream => stream.OrchestratorNames).ToList();
            return names.Contains(null) ? (true, null) : (false, names.SelectMany(list => list ?? []).Distinct().ToList());
        }
    }

    private void ReadInbox(Guid id)
    {
        int known;
        lock (node.Gate)
        {
            known = node.WaitingMessages;
            node.Instances.BeginInboxRead();
        }

        // What waits here already comes again, and must leave room for what does not.
        var messages = node.Store.ReadInbox(id, known + InboxLimit).Select(Parsed).OfType<(string, Message)>().ToList();
        lock (node.Gate)
        {
            if (node.Committer.Node == id)
                node.Instances.DeliverInbox(messages);
        }
    }

    /// <summary>Null when it cannot be read, which keeps no other from its instance.</summary>
    private (string InstanceId, Message Message)? Parsed(StoredMessage stored)
    {
        try
        {
            return (stored.InstanceId, InstanceFlow.Parse(stored));
        }
        catch (InvalidProtocolBufferException e)
        {
            Log.MessageUnreadable(node.Logger, stored.MessageId, stored.InstanceId, e.Message);
            return null;
        }
    }

    private void AnswerWaiters()
    {
        List<string> elsewhere;
        lock (node.Gate)
            elsewhere = node.Waiters.Instances.Where(id => !node.Residents.TryGet(id, out _)).ToList();
        if (elsewhere.Count == 0)
            return;

        var states = node.Store.Find(elsewhere);
        lock (node.Gate)
        {
            foreach (var state in states)
                node.Waiters.Tell(state);
        }
    }

    private bool TakeInboxTurn()
    {
        var hears = node.Store.HearsAnnouncements;
        lock (_signal)
        {
            if (hears && !_inbox && _inboxRead is { } read && node.Time.GetElapsedTime(read) < InboxInterval)
                return false;

            _inbox = false;
            _inboxRead = node.Time.GetTimestamp();
            return true;
        }
    }

    private bool Wait(bool wait)
    {
        lock (_signal)
        {
            if (wait && !_woken && !_stopping)
                Monitor.Wait(_signal, _wait);
            _woken = false;
            return !_stopping;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "Could not look for work in the task hub's store; looking again soon: {Reason}")]
        public static partial void LookFailed(ILogger logger, string reason);

        [LoggerMessage(33, LogLevel.Error, "Message {Message} for instance {InstanceId} cannot be read from the task hub's store, and is left there: {Reason}")]
        public static partial void MessageUnreadable(ILogger logger, Guid message, string instanceId, string reason);
    }
}
