using Google.Protobuf.WellKnownTypes;
using Npgsql;
using Pao.TaskHub.Commits;
using static Pao.TaskHub.Postgres.Rows;

namespace Pao.TaskHub.Postgres;

/// <summary>Writes a group of units as one batch: one round trip, one transaction.</summary>
internal sealed partial class PostgresHubStore
{
    public CommitReport Commit(Guid node, IReadOnlyList<CommitUnit> units, bool renew)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return CommitOnce(node, units, renew);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MaxDeadlocks)
            {
                // The server has rolled the transaction back: nothing of it happened.
            }
        }
    }

    private CommitReport CommitOnce(Guid node, IReadOnlyList<CommitUnit> units, bool renew)
    {
        try
        {
            using var batch = new NpgsqlBatch(_commits.Open()) { Timeout = CommandTimeout };
            batch.BatchCommands.Add(Statement(BeginCommit, Int(_hub), Id(node)));
            if (renew)
                batch.BatchCommands.Add(Statement(Renew, Int(_hub), Id(node), Span(_lease)));

            var deliveries = units.SelectMany(unit => unit.Deliveries).ToList();
            var releases = units.SelectMany(unit => unit.Releases).ToList();
            var ends = units.SelectMany(unit => unit.ActivityEnds).ToList();
            AddWrites(batch, node, units, deliveries, ends, releases);
            return Execute(batch, deliveries.Count > 0 || ends.Count > 0, releases.Count > 0);
        }
        catch (PostgresException e) when (Translate(e) is { } refusal)
        {
            throw refusal;
        }
        catch (Exception e)
        {
            Doubt(e);
            throw;
        }
    }

    /// <summary>What else the committer asks, which must not wait for a connection that readers have.</summary>
    private T OnCommitConnection<T>(Func<NpgsqlConnection, T> ask)
    {
        try
        {
            return ask(_commits.Open());
        }
        catch (Exception e)
        {
            Doubt(e);
            throw;
        }
    }

    private void Doubt(Exception e)
    {
        if (e is PostgresException refused)
            _commits.Judge(refused);
        _commits.Close();
    }

    private void AddWrites(
        NpgsqlBatch batch,
        Guid node,
        IReadOnlyList<CommitUnit> units,
        List<InboxWrite> deliveries,
        List<ActivityEnd> ends,
        List<Release> releases)
    {
        var statements = batch.BatchCommands;
        var updates = units.SelectMany(unit => unit.Updates).ToList();
        var targets = deliveries.Select(row => row.InstanceId).Concat(ends.Select(end => end.Key.InstanceId)).Distinct().ToList();
        var locked = updates.Select(write => write.State.InstanceId)
            .Concat(releases.Select(release => release.InstanceId))
            .Concat(units.SelectMany(unit => unit.Attempts).Select(counted => counted.InstanceId))
            .Concat(units.SelectMany(unit => unit.Losses).Select(counted => counted.InstanceId))
            .Concat(units.SelectMany(unit => unit.Replaced)) // before their rows are deleted, as a purge does
            .Concat(targets)
            .Distinct()
            .ToList();
        if (locked.Count > 0)
            statements.Add(Statement(LockInstances, Int(_hub), Texts(locked)));

        AddReplaced(statements, [.. units.SelectMany(unit => unit.Replaced)]);
        AddInserts(statements, node, [.. units.SelectMany(unit => unit.Inserts)]);
        AddHistory(statements, [.. units.SelectMany(unit => unit.History)], [.. units.SelectMany(unit => unit.Forgotten)]);

        AddActivities(statements, [.. units.SelectMany(unit => unit.Activities)]);

        // In this order: one unit of the group may consume what another stores.
        var inbox = units.SelectMany(unit => unit.Inbox).ToList();
        if (inbox.Count > 0)
            statements.Add(Inbox(InsertInbox, _hub, inbox));
        AddConsumed(statements, [.. units.SelectMany(unit => unit.Consumed)]);
        AddUpdates(statements, node, updates);
        AddAttempts(statements, node, [.. units.SelectMany(unit => unit.Attempts)]);
        AddLosses(statements, node, [.. units.SelectMany(unit => unit.Losses)]);
        AddForgottenActivities(
            statements,
            node,
            [.. units.SelectMany(unit => unit.ForgottenActivities)],
            [.. units.SelectMany(unit => unit.ActivityReturns)],
            [.. units.SelectMany(unit => unit.ActivityLosses)]);

        if (deliveries.Count > 0)
            statements.Add(Inbox(Deliver, _hub, deliveries));
        AddActivityEnds(statements, node, ends);
        if (targets.Count > 0)
            statements.Add(Statement(WakeTargets, Int(_hub), Texts(targets)));
        if (releases.Count > 0)
            statements.Add(Statement(
                ReleaseInstances,
                Int(_hub),
                Id(node),
                Texts(releases.Select(release => release.InstanceId)),
                Times(releases.Select(release => release.ReadyAt)),
                Flags(releases.Select(release => release.WithMessages))));

        // Last: a target that this commit releases is nobody's after it.
        if (targets.Count > 0)
            statements.Add(Statement(ReadOwners, Int(_hub), Texts(targets)));
    }

    private void AddReplaced(NpgsqlBatchCommandCollection statements, List<string> replaced)
    {
        if (replaced.Count == 0)
            return;

        statements.Add(Statement(DeleteReplacedHistory, Int(_hub), Texts(replaced)));
        statements.Add(Statement(DeleteReplacedInbox, Int(_hub), Texts(replaced)));
        statements.Add(Statement(DeleteReplaced, Int(_hub), Texts(replaced)));
    }

    private void AddInserts(NpgsqlBatchCommandCollection statements, Guid node, List<InstanceWrite> inserts)
    {
        if (inserts.Count == 0)
            return;

        statements.Add(Statement(
            InsertInstances,
            Int(_hub),
            Id(node),
            Texts(inserts.Select(write => write.State.InstanceId)),
            Texts(inserts.Select(write => write.State.ExecutionId)),
            Texts(inserts.Select(write => write.State.Name)),
            Smalls(inserts.Select(write => (short)write.State.OrchestrationStatus)),
            Texts(inserts.Select(write => write.State.ParentInstanceId)),
            Times(inserts.Select(write => At(write.State.CreatedTimestamp))),
            Times(inserts.Select(write => At(write.State.LastUpdatedTimestamp))),
            Times(inserts.Select(write => At(write.State.CompletedTimestamp))),
            Times(inserts.Select(write => write.ReadyAt)),
            Blobs(inserts.Select(write => write.Bytes))));
    }

    private void AddHistory(
        NpgsqlBatchCommandCollection statements, List<HistoryWrite> turns, List<(string InstanceId, string ExecutionId)> forgotten)
    {
        if (turns.Count > 0)
            statements.Add(Statement(
                InsertHistory,
                Int(_hub),
                Texts(turns.Select(turn => turn.InstanceId)),
                Texts(turns.Select(turn => turn.ExecutionId)),
                Ints(turns.Select(turn => turn.Turn)),
                Blobs(turns.Select(turn => turn.Events))));

        if (forgotten.Count > 0)
            statements.Add(Statement(
                ForgetHistory,
                Int(_hub),
                Texts(forgotten.Select(execution => execution.InstanceId)),
                Texts(forgotten.Select(execution => execution.ExecutionId))));
    }

    private void AddConsumed(NpgsqlBatchCommandCollection statements, List<(string InstanceId, Guid MessageId)> consumed)
    {
        if (consumed.Count > 0)
            statements.Add(Statement(
                DeleteConsumed,
                Int(_hub),
                Texts(consumed.Select(row => row.InstanceId)),
                Ids(consumed.Select(row => row.MessageId))));
    }

    private void AddUpdates(NpgsqlBatchCommandCollection statements, Guid node, List<InstanceWrite> updates)
    {
        if (updates.Count == 0)
            return;

        statements.Add(Statement(
            UpdateInstances,
            Int(_hub),
            Id(node),
            Texts(updates.Select(write => write.State.InstanceId)),
            Texts(updates.Select(write => write.State.ExecutionId)),
            Smalls(updates.Select(write => (short)write.State.OrchestrationStatus)),
            Times(updates.Select(write => At(write.State.LastUpdatedTimestamp))),
            Times(updates.Select(write => At(write.State.CompletedTimestamp))),
            Blobs(updates.Select(write => write.Bytes)),
            Flags(updates.Select(write => write.TakesOver)),
            Smalls(updates.Select(write => (short)write.Attempts))));

        var ended = updates.Where(write => write.IsTerminal).Select(write => write.State.InstanceId).ToList();
        if (ended.Count > 0)
            statements.Add(Statement(DeleteInboxOfEnded, Int(_hub), Texts(ended)));
    }

    private void AddAttempts(NpgsqlBatchCommandCollection statements, Guid node, List<(string InstanceId, int Attempts)> counted)
    {
        if (counted.Count > 0)
            statements.Add(Statement(
                SetAttempts,
                Int(_hub),
                Id(node),
                Texts(counted.Select(row => row.InstanceId)),
                Smalls(counted.Select(row => (short)row.Attempts))));
    }

    /// <summary>The last word of the group on an instance counts: the same row is not updated twice by one statement.</summary>
    private void AddLosses(NpgsqlBatchCommandCollection statements, Guid node, List<(string InstanceId, string? Losses)> counted)
    {
        if (counted.Count == 0)
            return;

        List<(string InstanceId, string? Losses)> last = [.. counted.GroupBy(row => row.InstanceId).Select(rows => rows.Last())];
        statements.Add(Statement(
            SetLosses,
            Int(_hub),
            Id(node),
            Texts(last.Select(row => row.InstanceId)),
            Texts(last.Select(row => row.Losses))));
    }

    private static CommitReport Execute(NpgsqlBatch batch, bool withOwners, bool withReleases)
    {
        Dictionary<string, Guid?> owners = [];
        HashSet<string> released = [];
        HashSet<Guid> ended = [];
        DateTimeOffset? crashedAt = null;
        using var reader = batch.ExecuteReader();
        reader.Read();
        var now = reader.GetFieldValue<DateTimeOffset>(0);
        while (reader.NextResult())
        {
            if (withOwners && reader.FieldCount == 2)
                while (reader.Read())
                    owners[reader.GetString(0)] = reader.IsDBNull(1) ? null : reader.GetGuid(1);
            else if (withReleases && reader.GetName(0) == "id")
                while (reader.Read())
                    released.Add(reader.GetString(0));
            else if (reader.GetName(0) == "ended")
                ended.UnionWith(ReadAll(reader, row => row.GetGuid(0)));
            else if (reader.GetName(0) == "crashed_at" && reader.Read() && !reader.IsDBNull(0))
                crashedAt = reader.GetFieldValue<DateTimeOffset>(0);
        }

        return new CommitReport(now, owners, released) { EndedActivities = ended, CrashedAt = crashedAt };
    }

    private static DateTimeOffset? At(Timestamp? timestamp) => timestamp?.ToDateTimeOffset();

    private static Exception? Translate(PostgresException e) => e switch
    {
        { SqlState: LeaseLost } => new LeaseLostException(e.MessageText, e),
        { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "task_hub" } =>
            new UnitConflictException($"A row exists already: {e.ConstraintName}.", e),
        _ => null,
    };
}
