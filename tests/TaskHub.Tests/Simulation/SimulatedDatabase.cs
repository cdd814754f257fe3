using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Tests.Simulation;

/// <summary>
/// A hub's rows as PostgreSQL keeps them, in memory: leases by one clock, fences, claims, inbox. Each call is one
/// transaction. What a sound hub never asks for is a breach, reported at the moment it happens.
/// </summary>
internal sealed class SimulatedDatabase(World world, TimeSpan lease)
{
    private readonly List<InstanceRow> _order = [];
    private readonly Dictionary<string, InstanceRow> _instances = [];
    private readonly Dictionary<Guid, NodeRow> _nodes = [];
    private readonly List<StoredMessage> _inbox = [];
    private readonly HashSet<Guid> _everStored = [];
    private readonly Dictionary<(string InstanceId, string ExecutionId), List<byte[]>> _history = [];
    private readonly HashSet<(string InstanceId, string ExecutionId, int TaskId)> _scheduled = [];
    private readonly SimulatedActivities _activities = new(world);
    private DateTimeOffset? _crashedAt;

    public DateTimeOffset Now => world.Now;

    public IEnumerable<OrchestrationState> Instances => _order.Select(row => row.State);

    public bool HasLeftovers => _inbox.Count > 0 || _activities.Count > 0 || _order.Exists(row => !row.IsTerminal);

    /// <summary>What is not over yet.</summary>
    public IEnumerable<string> Leftovers =>
    [
        .. _order.Where(row => !row.IsTerminal).Select(row => $"open: {world.Label(row.State.InstanceId)}, ready at {row.ReadyAt:O}, owner {row.Owner}, {row.State}"),
        .. _inbox.Select(message => $"in the inbox of {world.Label(message.InstanceId)}: {world.Label(message.MessageId)}"),
        .. _activities.Leftovers,
    ];

    /// <summary>Whether a turn is stored that scheduled the activity.</summary>
    public bool HasScheduled(string instanceId, string executionId, int taskId) => _scheduled.Contains((instanceId, executionId, taskId));

    public OrchestrationState? Find(string id) => _instances.GetValueOrDefault(id)?.State.Clone();

    public IReadOnlyList<byte[]> History(string id) =>
        _instances.TryGetValue(id, out var row) ? _history.GetValueOrDefault((id, row.State.ExecutionId)) ?? [] : [];

    public Joined Join(Guid node, Guid? follows)
    {
        if (follows is { } old && _nodes.TryGetValue(old, out var row))
            (row.Dead, row.Crashed) = (true, false);
        _nodes.Add(node, new NodeRow { ExpiresAt = Now + lease });
        return new Joined(Now, _crashedAt);
    }

    public void Leave(Guid node)
    {
        if (_nodes.TryGetValue(node, out var row))
            row.Dead = true;
        RemoveEmptyDead();
    }

    public CommitReport Commit(Guid node, IReadOnlyList<CommitUnit> units, bool renew)
    {
        AssertMember(node);
        RefuseConflicts(units);
        if (renew)
            _nodes[node].ExpiresAt = Now + lease;
        return Write(node, units);
    }

    public List<string> Claim(Guid node, IReadOnlyCollection<string>? names, int limit)
    {
        foreach (var expired in _nodes.Values.Where(row => !row.Dead && row.ExpiresAt <= Now))
        {
            expired.Dead = expired.Crashed = true;
            _crashedAt = Now;
        }

        RemoveEmptyDead();
        AssertMember(node);
        bool Wanted(InstanceRow row) => names is null || names.Contains(row.State.Name, StringComparer.OrdinalIgnoreCase);
        var due = _order.Where(row => row.Owner is null && row.ReadyAt <= Now && Wanted(row)).OrderBy(row => row.ReadyAt).Take(limit);
        var orphans = _order.Where(row => row.Owner is { } owner && IsDead(owner) && Wanted(row)).Take(limit);
        var claimed = due.Concat(orphans).ToList();
        foreach (var row in claimed)
        {
            world.Trace($"  takes {world.Label(row.State.InstanceId)}");
            row.Owner = node;
            row.ReadyAt = null;
        }

        return [.. claimed.Select(row => row.State.InstanceId)];
    }

    public StoredInstance Load(string id) =>
        new(_instances[id].State.Clone(), [.. History(id)], [.. _inbox.Where(message => message.InstanceId == id)])
        {
            QueuedTasks = _activities.TasksOf(id, _instances[id].State.ExecutionId),
            Losses = _instances[id].Losses,
        };

    public ClaimedActivities ClaimActivities(Guid node, ActivityClaim claim)
    {
        AssertMember(node);
        var hasPeers = _nodes.Any(other => other.Key != node && !other.Value.Dead && other.Value.ExpiresAt > Now);
        return _activities.Claim(node, claim, IsDead, other => _nodes[other].Crashed, hasPeers);
    }

    public IReadOnlyList<StoredMessage> InboxOf(Guid node) =>
        [.. _inbox.Where(message => _instances.TryGetValue(message.InstanceId, out var row) && row.Owner == node)];

    /// <summary>Unique keys: the instance's id, and the turn in its execution.</summary>
    private void RefuseConflicts(IReadOnlyList<CommitUnit> units)
    {
        var replaced = units.SelectMany(unit => unit.Replaced).Where(id => _instances.TryGetValue(id, out var row) && row.IsTerminal).ToHashSet();
        HashSet<string> inserted = [];
        foreach (var id in units.SelectMany(unit => unit.Inserts).Select(write => write.State.InstanceId))
            if (!inserted.Add(id) || (_instances.ContainsKey(id) && !replaced.Contains(id)))
                throw new UnitConflictException($"An instance '{id}' exists already.");

        HashSet<(string, string, int)> written = [];
        foreach (var turn in units.SelectMany(unit => unit.History))
            if (!written.Add((turn.InstanceId, turn.ExecutionId, turn.Turn)) || turn.Turn < Turns(turn).Count)
                throw new UnitConflictException($"Turn {turn.Turn} of instance '{turn.InstanceId}' exists already.");
    }

    private CommitReport Write(Guid node, IReadOnlyList<CommitUnit> units)
    {
        foreach (var id in units.SelectMany(unit => unit.Replaced))
            Replace(id);
        foreach (var write in units.SelectMany(unit => unit.Inserts))
            Insert(node, write);
        foreach (var turn in units.SelectMany(unit => unit.History))
            Append(node, turn);
        foreach (var execution in units.SelectMany(unit => unit.Forgotten))
            _history.Remove(execution);
        foreach (var activity in units.SelectMany(unit => unit.Activities))
            _activities.Add(activity);
        foreach (var message in units.SelectMany(unit => unit.Inbox))
            Store(message.InstanceId, message.MessageId, message.ExecutionId, message.Event);
        foreach (var (_, messageId) in units.SelectMany(unit => unit.Consumed))
            Consume(messageId);
        foreach (var write in units.SelectMany(unit => unit.Updates))
            Update(node, write);
        foreach (var (id, losses) in units.SelectMany(unit => unit.Losses))
            if (_instances.TryGetValue(id, out var counted) && counted.Owner == node)
                counted.Losses = losses;
        foreach (var (instanceId, executionId) in units.SelectMany(unit => unit.ForgottenActivities))
            _activities.Forget(instanceId, executionId);
        foreach (var item in units.SelectMany(unit => unit.ActivityReturns))
            _activities.Return(node, item);
        foreach (var (key, losses) in units.SelectMany(unit => unit.ActivityLosses))
            _activities.SetLosses(node, key, losses);

        foreach (var message in units.SelectMany(unit => unit.Deliveries).Where(message => IsOpen(message.InstanceId)))
            Store(message.InstanceId, message.MessageId, message.ExecutionId, message.Event);
        HashSet<Guid> ended = [];
        foreach (var end in units.SelectMany(unit => unit.ActivityEnds).Where(end => _activities.End(node, end)))
        {
            ended.Add(end.Key.Id);
            if (IsOpen(end.Key.InstanceId))
                Store(end.Key.InstanceId, end.MessageId, end.ExecutionId, end.Event);
        }

        var targets = WakeTargets(units);
        var released = units.SelectMany(unit => unit.Releases).Where(release => TryRelease(node, release)).Select(release => release.InstanceId).ToHashSet();
        return new CommitReport(Now, targets.ToDictionary(id => id, id => _instances[id].Owner), released)
        {
            EndedActivities = ended,
            CrashedAt = _crashedAt,
        };
    }

    private void Replace(string id)
    {
        if (!_instances.TryGetValue(id, out var row) || !row.IsTerminal)
            return;

        _instances.Remove(id);
        _order.Remove(row);
        _history.Remove((id, row.State.ExecutionId));
        _inbox.RemoveAll(message => message.InstanceId == id);
    }

    private void Insert(Guid node, InstanceWrite write)
    {
        var row = new InstanceRow(OrchestrationState.Parser.ParseFrom(write.Bytes))
        {
            Owner = write.ReadyAt is null && !write.IsTerminal ? node : null,
            ReadyAt = write.ReadyAt,
            InsertedBy = node,
        };
        _instances.Add(write.State.InstanceId, row);
        _order.Add(row);
    }

    private List<byte[]> Turns(HistoryWrite turn) => _history.GetValueOrDefault((turn.InstanceId, turn.ExecutionId)) ?? [];

    private void Append(Guid node, HistoryWrite turn)
    {
        var row = _instances[turn.InstanceId];
        world.Require(
            row.Owner == node || (row.IsTerminal && turn.Turn == 0 && row.InsertedBy == node),
            $"a node wrote a turn of '{turn.InstanceId}', which is not its own");
        var turns = Turns(turn);
        world.Require(turns.Count == turn.Turn, $"turn {turn.Turn} of '{turn.InstanceId}' follows {turns.Count} turns");
        world.Trace($"  turn {turn.Turn} of {world.Label(turn.InstanceId)}");
        turns.Add(turn.Events);
        _history[(turn.InstanceId, turn.ExecutionId)] = turns;
        foreach (var e in HistoryChunk.Parser.ParseFrom(turn.Events).Events.Where(e => e.TaskScheduled is not null))
            _scheduled.Add((turn.InstanceId, turn.ExecutionId, e.EventId));
    }

    private void Consume(Guid messageId)
    {
        world.Trace($"  consumes {world.Label(messageId)}");
        world.Require(_inbox.RemoveAll(message => message.MessageId == messageId) == 1, "a message was consumed that is not there");
    }

    private void Store(string instanceId, Guid messageId, string? executionId, byte[] e)
    {
        world.Trace($"  stores {world.Label(messageId)} for {world.Label(instanceId)}");
        world.Require(_everStored.Add(messageId), "a message was stored twice");
        world.Require(_instances.ContainsKey(instanceId), $"a message was stored for '{instanceId}', which is nobody");
        _inbox.Add(new StoredMessage(instanceId, messageId, executionId, e));
    }

    private void Update(Guid node, InstanceWrite write)
    {
        var id = write.State.InstanceId;
        var row = _instances[id];
        world.Require(!row.IsTerminal, $"'{id}' ended twice");
        world.Require(row.Owner == node, $"a node changed '{id}', which is not its own");
        row.State = OrchestrationState.Parser.ParseFrom(write.Bytes);
        row.Owner = write.IsTerminal ? null : node;
        row.ReadyAt = null;
        if (write.IsTerminal)
            _inbox.RemoveAll(message => message.InstanceId == id);
    }

    /// <summary>Those that messages are for and that have not ended.</summary>
    private HashSet<string> WakeTargets(IReadOnlyList<CommitUnit> units)
    {
        var targets = units.SelectMany(unit => unit.Deliveries).Select(message => message.InstanceId)
            .Concat(units.SelectMany(unit => unit.ActivityEnds).Select(end => end.Key.InstanceId))
            .Where(IsOpen)
            .ToHashSet();
        foreach (var id in targets)
        {
            var row = _instances[id];
            if (row.Owner is null && (row.ReadyAt is null || row.ReadyAt > Now))
                row.ReadyAt = Now;
        }

        return targets;
    }

    private bool TryRelease(Guid node, Release release)
    {
        if (!_instances.TryGetValue(release.InstanceId, out var row) || row.Owner != node
            || (!release.WithMessages && _inbox.Exists(message => message.InstanceId == release.InstanceId)))
            return false;

        world.Trace($"  releases {world.Label(release.InstanceId)}");
        row.Owner = null;
        row.ReadyAt = release.ReadyAt;
        return true;
    }

    private bool IsOpen(string id) => _instances.TryGetValue(id, out var row) && !row.IsTerminal;

    private bool IsDead(Guid node) => _nodes.TryGetValue(node, out var row) && row.Dead;

    private void AssertMember(Guid node)
    {
        if (!_nodes.TryGetValue(node, out var row) || row.Dead || row.ExpiresAt <= Now)
            throw new LeaseLostException("The node is no longer a member of the task hub.");
    }

    private void RemoveEmptyDead()
    {
        foreach (var id in _nodes.Where(node => node.Value.Dead).Select(node => node.Key).ToList())
            if (_order.TrueForAll(row => row.Owner != id) && !_activities.HasAny(id))
                _nodes.Remove(id);
    }

    private sealed class InstanceRow(OrchestrationState state)
    {
        public OrchestrationState State { get; set; } = state;

        public Guid? Owner { get; set; }

        public DateTimeOffset? ReadyAt { get; set; }

        public Guid InsertedBy { get; init; }

        public string? Losses { get; set; }

        public bool IsTerminal => State.OrchestrationStatus.IsTerminal();
    }

    private sealed class NodeRow
    {
        public DateTimeOffset ExpiresAt { get; set; }

        public bool Dead { get; set; }

        public bool Crashed { get; set; }
    }
}
