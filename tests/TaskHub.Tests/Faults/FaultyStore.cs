using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Queries;

namespace Pao.TaskHub.Tests.Faults;

/// <summary>A real store whose commits fail when the test says so, before or after they happened.</summary>
internal sealed class FaultyStore(IHubStore store) : IHubStore
{
    /// <summary>Decides about a commit before it is made.</summary>
    public Func<IReadOnlyList<CommitUnit>, CommitFault> Fault { get; set; } = static _ => CommitFault.None;

    /// <summary>How many faults have happened.</summary>
    public int Faults { get; private set; }

    /// <summary>Called on the hub's own thread before each commit.</summary>
    public Action<IReadOnlyList<CommitUnit>> Committing { get; set; } = static _ => { };

    /// <summary>Called on the hub's own thread after each commit, before the hub knows of it.</summary>
    public Action<IReadOnlyList<CommitUnit>> Committed { get; set; } = static _ => { };

    /// <summary>Called on the hub's own thread when a claim is made and not yet known.</summary>
    public Action<IReadOnlyList<StoredInstance>> Claimed { get; set; } = static _ => { };

    /// <summary>Called on the hub's own thread when the inbox is read and nothing of it is delivered yet.</summary>
    public Action<IReadOnlyList<StoredMessage>> InboxRead { get; set; } = static _ => { };

    /// <summary>Called with the units of each commit that renews the lease, before it is made.</summary>
    public Action<IReadOnlyList<CommitUnit>> Renewing { get; set; } = static _ => { };

    /// <summary>The process has died: nothing that it still tries reaches the store.</summary>
    public bool IsDead { get; set; }

    /// <summary>Called on the hub's own thread when activities are claimed and that is not yet known.</summary>
    public Action<ClaimedActivities> ActivitiesClaimed { get; set; } = static _ => { };

    /// <summary>Called on the hub's own thread before other nodes are told of a commit.</summary>
    public Action<IReadOnlyCollection<Guid?>> Announcing { get; set; } = static _ => { };

    public string Description => store.Description;

    public bool IsShared => store.IsShared;

    public CommitReport Commit(Guid node, IReadOnlyList<CommitUnit> units, bool renew)
    {
        AssertAlive();
        Committing(units);
        if (renew)
            Renewing(units);
        var fault = units.Count == 0 ? CommitFault.None : Fault(units);
        if (fault != CommitFault.None)
            Faults++;
        if (fault == CommitFault.NotWritten)
            throw new IOException("The connection broke before the commit.");

        var report = store.Commit(node, units, renew);
        Committed(units);
        return fault == CommitFault.AnswerLost ? throw new IOException("The connection broke after the commit.") : report;
    }

    public void Initialize() => store.Initialize();

    public Joined Join(Guid node, Guid? follows)
    {
        AssertAlive();
        return store.Join(node, follows);
    }

    public void Leave(Guid node)
    {
        AssertAlive();
        store.Leave(node);
    }

    public IReadOnlyList<OrchestrationState> Find(IReadOnlyCollection<string> instanceIds) => store.Find(instanceIds);

    public IReadOnlyList<OrchestrationState> FindTaken(IReadOnlyCollection<string> instanceIds) => store.FindTaken(instanceIds);

    public IReadOnlyList<StoredInstance> Claim(Guid node, IReadOnlyCollection<string>? names, int limit)
    {
        AssertAlive();
        var claimed = store.Claim(node, names, limit);
        Claimed(claimed);
        return claimed;
    }

    public ClaimedActivities ClaimActivities(Guid node, ActivityClaim claim)
    {
        var claimed = store.ClaimActivities(node, claim);
        ActivitiesClaimed(claimed);
        return claimed;
    }

    public IReadOnlyList<StoredMessage> ReadInbox(Guid node, int limit)
    {
        var messages = store.ReadInbox(node, limit);
        InboxRead(messages);
        return messages;
    }

    public void Announce(IReadOnlyCollection<Guid?> owners)
    {
        Announcing(owners);
        store.Announce(owners);
    }

    public IDisposable? Listen(Action<Guid?> heard, Action missed) => store.Listen(heard, missed);

    public bool HearsAnnouncements => store.HearsAnnouncements;

    public Task<OrchestrationState?> GetAsync(string instanceId, CancellationToken cancellationToken) =>
        store.GetAsync(instanceId, cancellationToken);

    public Task<StoredHistory?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        store.ReadHistoryAsync(instanceId, cancellationToken);

    public Task<IReadOnlyList<OrchestrationState>> QueryAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        store.QueryAsync(filter, cancellationToken);

    public Task<IReadOnlyList<(string Id, DateTimeOffset CompletedAt)>> ListCompletedAsync(
        CompletedFilter filter, CancellationToken cancellationToken) => store.ListCompletedAsync(filter, cancellationToken);

    public Task<IReadOnlyList<string>> PurgeAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken) =>
        store.PurgeAsync(instanceIds, cancellationToken);

    public int PurgeCompleted(DateTimeOffset before, int limit) => store.PurgeCompleted(before, limit);

    public Task<IReadOnlyList<string>> FindOrphansAsync(IReadOnlyCollection<string> parentIds, CancellationToken cancellationToken) =>
        store.FindOrphansAsync(parentIds, cancellationToken);

    public void Dispose() => store.Dispose();

    private void AssertAlive()
    {
        if (IsDead)
            throw new IOException("The process is dead.");
    }
}

internal enum CommitFault
{
    None,
    NotWritten,
    AnswerLost,
}
