using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Queries;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>
/// A process's way to the database: whatever it asks for takes its time, in which the rest of the world goes on, and may
/// fail before it happens or lose its answer.
/// </summary>
internal sealed class SimulatedStore(World world, SimulatedProcess process) : IHubStore
{
    private SimulatedDatabase Database => world.Database;

    public string Description => "simulated";

    public bool IsShared => true;

    public bool HearsAnnouncements => true;

    public void Initialize()
    {
    }

    public Joined Join(Guid node, Guid? follows) => Ask("join", () => Database.Join(node, follows));

    public void Leave(Guid node) => Ask("leave", () =>
    {
        Database.Leave(node);
        return true;
    });

    public CommitReport Commit(Guid node, IReadOnlyList<CommitUnit> units, bool renew) =>
        Ask($"commit of {units.Count}{(renew ? ", renews" : "")}", () => Database.Commit(node, units, renew));

    public IReadOnlyList<OrchestrationState> Find(IReadOnlyCollection<string> instanceIds) =>
        Ask("find", () => instanceIds.Select(Database.Find).OfType<OrchestrationState>().ToList());

    /// <summary>Two transactions, as in PostgreSQL: others may write between the claim and the read.</summary>
    public IReadOnlyList<StoredInstance> Claim(Guid node, IReadOnlyCollection<string>? names, int limit)
    {
        var ids = Ask("claim", () => Database.Claim(node, names, limit));
        return ids.Count == 0 ? [] : Ask($"load of {ids.Count}", () => ids.Select(Database.Load).ToList());
    }

    public ClaimedActivities ClaimActivities(Guid node, ActivityClaim claim) =>
        Ask("claim of activities", () => Database.ClaimActivities(node, claim));

    public IReadOnlyList<StoredMessage> ReadInbox(Guid node, int limit) => Ask("inbox", () => Database.InboxOf(node));

    public void Announce(IReadOnlyCollection<Guid?> owners) => Ask("announce", () =>
    {
        world.Announce(owners);
        return true;
    });

    public IDisposable? Listen(Action<Guid?> heard, Action missed)
    {
        process.Heard = heard;
        return null;
    }

    public Task<OrchestrationState?> GetAsync(string instanceId, CancellationToken cancellationToken) =>
        AskAsync(() => Database.Find(instanceId));

    public Task<StoredHistory?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken) => AskAsync(() =>
        Database.Find(instanceId) is { } state ? new StoredHistory(state, [.. Database.History(instanceId)]) : null);

    public Task<IReadOnlyList<OrchestrationState>> QueryAsync(InstanceFilter filter, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No simulated client queries.");

    public Task<IReadOnlyList<(string Id, DateTimeOffset CompletedAt)>> ListCompletedAsync(
        CompletedFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException("No simulated client lists.");

    public Task<IReadOnlyList<string>> PurgeAsync(IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No simulated client purges.");

    public int PurgeCompleted(DateTimeOffset before, int limit) => throw new NotSupportedException("Nothing simulated grows old.");

    public Task<IReadOnlyList<string>> FindOrphansAsync(IReadOnlyCollection<string> parentIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No simulated client looks for children.");

    public void Dispose()
    {
    }

    private T Ask<T>(string what, Func<T> ask)
    {
        world.Require(!process.Hub.Node.Gate.IsHeldByCurrentThread, $"the store was asked ({what}) under the node's lock");
        world.Meanwhile(process);
        world.FailSometimes(process, what, "before");
        world.Trace($"{process.Name}: {what}");
        var answer = ask();
        world.Meanwhile(process);
        world.FailSometimes(process, what, "after");
        return answer;
    }

    private async Task<T> AskAsync<T>(Func<T> ask)
    {
        await Task.Yield();
        world.FailSometimes(process, "read", "before");
        var answer = ask();
        await Task.Yield();
        return answer;
    }
}
