using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Pao.TaskHub.Commits;

namespace Pao.TaskHub.Sqlite;

/// <summary>Writes a group of units in one transaction: one fsync for all of them.</summary>
internal sealed partial class SqliteHubStore
{
    public CommitReport Commit(Guid node, IReadOnlyList<CommitUnit> units, bool renew)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (units.Count == 0)
                return new CommitReport(now, new Dictionary<string, Guid?>(), new HashSet<string>());

            try
            {
                return CommitAll(node, units, now);
            }
            catch (SqliteException)
            {
                // After a failed write or fsync only a fresh connection's view of the file is to be trusted.
                CloseWriter();
                throw;
            }
        }
    }

    private CommitReport CommitAll(Guid node, IReadOnlyList<CommitUnit> units, DateTimeOffset now)
    {
        Dictionary<string, Guid?> owners = [];
        HashSet<string> released = [];
        if (units.Any(unit => unit.Activities.Count > 0))
            throw new NotSupportedException("This process has the store alone: its activities are in memory.");

        var writer = Writer();
        using var transaction = writer.BeginImmediate();
        AssertMember(writer, transaction, node);
        foreach (var unit in units)
        {
            WriteInstances(writer, transaction, node, unit);
            WriteHistory(writer, transaction, unit, now);
            WriteMessages(writer, transaction, unit, now);
        }

        // Deliveries see all that the group wrote, as its releases do after them.
        foreach (var unit in units)
            WriteDeliveries(writer, transaction, unit, now, owners);
        foreach (var unit in units)
            WriteReleases(writer, transaction, node, unit, released);
        foreach (var id in released.Where(owners.ContainsKey))
            owners[id] = null;

        transaction.Commit();
        return new CommitReport(now, owners, released);
    }

    private static void AssertMember(SqliteStatements writer, SqliteTransaction transaction, Guid node)
    {
        if (writer.Read(IsMember, transaction, static _ => true, ("@node", Key(node))).Count == 0)
            throw new LeaseLostException($"Node {node} is no longer a member of the task hub.");
    }

    private static void WriteInstances(SqliteStatements writer, SqliteTransaction transaction, Guid node, CommitUnit unit)
    {
        foreach (var id in unit.Replaced)
        {
            writer.Execute(DeleteReplacedHistory, transaction, ("@id", id));
            writer.Execute(DeleteReplacedInbox, transaction, ("@id", id));
            writer.Execute(DeleteReplaced, transaction, ("@id", id));
        }

        foreach (var write in unit.Inserts)
        {
            var state = write.State;
            var inserted = writer.Execute(
                InsertInstance,
                transaction,
                ("@id", state.InstanceId),
                ("@execution_id", state.ExecutionId),
                ("@name", state.Name),
                ("@status", (int)state.OrchestrationStatus),
                ("@parent_id", state.ParentInstanceId),
                ("@created_at", Micros(state.CreatedTimestamp)),
                ("@updated_at", Micros(state.LastUpdatedTimestamp)),
                ("@completed_at", Micros(state.CompletedTimestamp)),
                ("@owner", write.ReadyAt is null && !write.IsTerminal ? Key(node) : null),
                ("@ready_at", Micros(write.ReadyAt)),
                ("@state", write.Bytes));
            if (inserted == 0)
                throw new UnitConflictException($"An instance '{state.InstanceId}' exists already.");
        }

        foreach (var write in unit.Updates)
            Update(writer, transaction, node, write);
        foreach (var (id, attempts) in unit.Attempts)
            writer.Execute(SetAttempts, transaction, ("@id", id), ("@node", Key(node)), ("@attempts", attempts));
        foreach (var (id, losses) in unit.Losses)
            writer.Execute(SetLosses, transaction, ("@id", id), ("@node", Key(node)), ("@losses", losses));
    }

    private static void Update(SqliteStatements writer, SqliteTransaction transaction, Guid node, InstanceWrite write)
    {
        var state = write.State;
        writer.Execute(
            UpdateInstance,
            transaction,
            ("@id", state.InstanceId),
            ("@execution_id", state.ExecutionId),
            ("@status", (int)state.OrchestrationStatus),
            ("@updated_at", Micros(state.LastUpdatedTimestamp)),
            ("@completed_at", Micros(state.CompletedTimestamp)),
            ("@state", write.Bytes),
            ("@owner", write.IsTerminal ? null : Key(node)),
            ("@node", Key(node)),
            ("@takes_over", write.TakesOver),
            ("@attempts", write.Attempts));
    }

    private static void WriteHistory(SqliteStatements writer, SqliteTransaction transaction, CommitUnit unit, DateTimeOffset now)
    {
        foreach (var turn in unit.History)
        {
            var inserted = writer.Execute(
                InsertHistory,
                transaction,
                ("@instance_id", turn.InstanceId),
                ("@execution_id", turn.ExecutionId),
                ("@turn", turn.Turn),
                ("@now", Micros(now)),
                ("@events", turn.Events));
            if (inserted == 0)
                throw new UnitConflictException($"Turn {turn.Turn} of instance '{turn.InstanceId}' exists already.");
        }

        foreach (var (instanceId, executionId) in unit.Forgotten)
            writer.Execute(ForgetHistory, transaction, ("@instance_id", instanceId), ("@execution_id", executionId));
    }

    private static void WriteMessages(SqliteStatements writer, SqliteTransaction transaction, CommitUnit unit, DateTimeOffset now)
    {
        foreach (var (instanceId, messageId) in unit.Consumed)
            writer.Execute(DeleteConsumed, transaction, ("@instance_id", instanceId), ("@id", Key(messageId)));
        foreach (var row in unit.Inbox)
            Insert(writer, transaction, row);
        foreach (var write in unit.Updates.Where(write => write.IsTerminal))
            writer.Execute(DeleteInboxOfEnded, transaction, ("@instance_id", write.State.InstanceId));
    }

    private static void WriteDeliveries(
        SqliteStatements writer, SqliteTransaction transaction, CommitUnit unit, DateTimeOffset now, Dictionary<string, Guid?> owners)
    {
        foreach (var row in unit.Deliveries)
        {
            var owner = writer.Read(
                ReadOwner, transaction, static found => found.IsDBNull(0) ? (Guid?)null : Guid.Parse(found.GetString(0)), ("@id", row.InstanceId));
            if (owner.Count == 0)
                continue;

            owners[row.InstanceId] = owner[0];
            Insert(writer, transaction, row);
            writer.Execute(WakeTarget, transaction, ("@id", row.InstanceId), ("@now", Micros(now)));
        }
    }

    private static void WriteReleases(
        SqliteStatements writer, SqliteTransaction transaction, Guid node, CommitUnit unit, HashSet<string> released)
    {
        foreach (var release in unit.Releases)
        {
            var changed = writer.Execute(
                ReleaseInstance,
                transaction,
                ("@id", release.InstanceId),
                ("@ready_at", Micros(release.ReadyAt)),
                ("@node", Key(node)),
                ("@with_messages", release.WithMessages));
            if (changed > 0)
                released.Add(release.InstanceId);
        }
    }

    private static void Insert(SqliteStatements writer, SqliteTransaction transaction, InboxWrite row) => writer.Execute(
        InsertInbox,
        transaction,
        ("@instance_id", row.InstanceId),
        ("@id", Key(row.MessageId)),
        ("@execution_id", row.ExecutionId),
        ("@event", row.Event));

    private static long? Micros(Timestamp? timestamp) => Micros(timestamp?.ToDateTimeOffset());

    private static long? Micros(DateTimeOffset? at) =>
        at is { } value ? (value.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond : null;

    private static DateTimeOffset FromMicros(long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    private static string Key(Guid id) => id.ToString("N");
}
