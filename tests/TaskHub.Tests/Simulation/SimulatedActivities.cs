using Pao.TaskHub.Commits;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>The table of activities that nodes share.</summary>
internal sealed class SimulatedActivities(World world)
{
    private readonly List<Row> _rows = [];

    public int Count => _rows.Count;

    public IEnumerable<string> Leftovers => _rows.Select(row => $"queued: {world.Label(row.Key.Id)} of {world.Label(row.Key.InstanceId)}, held by {row.Node}");

    public IReadOnlySet<int> TasksOf(string instanceId, string executionId) =>
        _rows.Where(row => row.Key.InstanceId == instanceId && row.Write.ExecutionId == executionId).Select(row => row.Write.TaskId).ToHashSet();

    public bool HasAny(Guid node) => _rows.Exists(row => row.Node == node);

    public void Add(ActivityWrite write)
    {
        world.Require(!_rows.Exists(row => row.Key == write.Key), "an activity was queued twice");
        world.Trace($"  queues {world.Label(write.Key.Id)} of {world.Label(write.Key.InstanceId)}");
        _rows.Add(new Row(write) { ReadyAt = world.Now });
    }

    public void Forget(string instanceId, string executionId)
    {
        world.Trace($"  forgets activities of {world.Label(instanceId)}");
        _rows.RemoveAll(row => row.Key.InstanceId == instanceId && row.Write.ExecutionId == executionId);
    }

    public void Return(Guid node, ActivityReturn item)
    {
        if (_rows.Find(row => row.Key == item.Key && row.Node == node) is not { } row)
            return;

        row.Node = null;
        row.ReadyAt = item.ReadyAt ?? world.Now;
        row.Losses = item.Losses ?? row.Losses;
    }

    public void SetLosses(Guid node, ActivityKey key, int losses)
    {
        if (_rows.Find(row => row.Key == key && row.Node == node) is { } row)
            row.Losses = losses;
    }

    /// <summary>Removes the row if it is the node's.</summary>
    public bool End(Guid node, ActivityEnd end) => _rows.RemoveAll(row => row.Key == end.Key && row.Node == node) == 1;

    public ClaimedActivities Claim(Guid node, ActivityClaim claim, Func<Guid, bool> isDead, Func<Guid, bool> hasCrashed, bool hasPeers)
    {
        HashSet<Guid> kept = [];
        foreach (var row in _rows.Where(row => claim.Kept.Contains(row.Key) && (row.Node is not { } holder || isDead(holder))))
        {
            row.Node = node;
            kept.Add(row.Key.Id);
        }

        foreach (var row in _rows.Where(row => row.Node is { } holder && isDead(holder)))
        {
            row.Losses += row.Node is { } holder && hasCrashed(holder) ? 1 : 0;
            row.Node = null;
        }

        List<TakenActivity> taken = [];
        foreach (var wish in claim.Wishes)
            Take(node, Waiting(wish).Where(row => row.Losses < claim.FirstSuspectLoss).OrderBy(row => row.ReadyAt).Take(wish.Slots), taken);
        if (claim is { WithSuspect: true, Wishes.Count: > 0 })
            Take(node, Waiting(claim.Wishes[0]).Where(row => row.Losses >= claim.FirstSuspectLoss).OrderBy(row => row.Losses).Take(1), taken);
        return new ClaimedActivities(taken, kept, hasPeers);
    }

    private IEnumerable<Row> Waiting(ActivityWish wish) => _rows.Where(row => row.Node is null && row.ReadyAt <= world.Now && IsWished(row, wish));

    private static void Take(Guid node, IEnumerable<Row> waiting, List<TakenActivity> taken)
    {
        foreach (var row in waiting.ToList())
        {
            row.Node = node;
            taken.Add(new TakenActivity(row.Key, row.Write.ExecutionId, row.Write.Scheduled, row.Losses));
        }
    }

    private static bool IsWished(Row row, ActivityWish wish)
    {
        var (name, version) = (row.Write.Name, row.Write.Version ?? "");
        if (wish.Names is not { } names)
            return !wish.Except.Contains(name, StringComparer.OrdinalIgnoreCase);

        return names.Any(wished =>
            string.Equals(wished.Name, name, StringComparison.OrdinalIgnoreCase)
            && (wished.Version is null || string.Equals(wished.Version, version, StringComparison.OrdinalIgnoreCase)));
    }

    private sealed class Row(ActivityWrite write)
    {
        public ActivityWrite Write { get; } = write;

        public ActivityKey Key => Write.Key;

        public Guid? Node { get; set; }

        public DateTimeOffset ReadyAt { get; set; }

        public int Losses { get; set; } = write.Losses;
    }
}
