using Npgsql;
using Pao.TaskHub.Commits;
using static Pao.TaskHub.Postgres.Rows;

namespace Pao.TaskHub.Postgres;

/// <summary>The activities that nodes share: written with the units of a commit, taken in batches.</summary>
internal sealed partial class PostgresHubStore
{
    private int _firstName;
    private int _firstWish;

    public ClaimedActivities ClaimActivities(Guid node, ActivityClaim claim)
    {
        try
        {
            using var connection = OpenToClaim();
            using var batch = new NpgsqlBatch(connection);
            var statements = batch.BatchCommands;
            statements.Add(Statement(BeginCommit, Int(_hub), Id(node)));
            if (claim.Kept.Count > 0)
                statements.Add(Statement(
                    KeepActivities,
                    Int(_hub),
                    Id(node),
                    Texts(claim.Kept.Select(key => key.InstanceId)),
                    Ids(claim.Kept.Select(key => key.Id))));
            statements.Add(Statement(FreeActivitiesOfDead, Int(_hub)));
            foreach (var wish in claim.Wishes)
                statements.Add(Take(node, wish, claim.FirstSuspectLoss));
            if (claim is { WithSuspect: true, Wishes.Count: > 0 })
                statements.Add(TakeSuspect(node, claim.Wishes[(_firstWish++ & int.MaxValue) % claim.Wishes.Count], claim.FirstSuspectLoss));
            statements.Add(Statement(HasPeers, Int(_hub), Id(node)));
            return ReadClaimed(batch);
        }
        catch (PostgresException e) when (Translate(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private NpgsqlBatchCommand Take(Guid node, ActivityWish wish, int firstSuspectLoss)
    {
        if (wish.Names is not { } names)
            return Statement(
                TakeActivities, Int(_hub), Id(node), Texts(wish.Except.Select(InLowerCase)), Int(wish.Slots), Int(firstSuspectLoss));

        // From another name each time: none starves behind those before it.
        var first = names.Count == 0 ? 0 : (_firstName++ & int.MaxValue) % names.Count;
        var inTurn = names.Skip(first).Concat(names.Take(first)).ToList();
        return Statement(
            TakeNamedActivities,
            Int(_hub),
            Id(node),
            Texts(inTurn.Select(name => InLowerCase(name.Name))),
            Texts(inTurn.Select(name => name.Version is { } version ? InLowerCase(version) : null)),
            Int(wish.Slots),
            Int(firstSuspectLoss));
    }

    private NpgsqlBatchCommand TakeSuspect(Guid node, ActivityWish wish, int firstSuspectLoss) => Statement(
        TakeSuspectActivity,
        Int(_hub),
        Id(node),
        Texts(wish.Except.Select(InLowerCase)),
        Texts(wish.Names?.Select(name => InLowerCase(name.Name))),
        Texts(wish.Names?.Select(name => name.Version is { } version ? InLowerCase(version) : null)),
        Int(firstSuspectLoss));

    private static ClaimedActivities ReadClaimed(NpgsqlBatch batch)
    {
        List<TakenActivity> taken = [];
        HashSet<Guid> kept = [];
        var hasPeers = false;
        using var reader = batch.ExecuteReader();
        while (reader.NextResult()) // the first is the commit's beginning
        {
            switch (reader.GetName(0))
            {
                case "kept":
                    kept.UnionWith(ReadAll(reader, row => row.GetGuid(0)));
                    break;
                case "peers":
                    hasPeers = ReadAll(reader, row => row.GetBoolean(0))[0];
                    break;
                default:
                    taken.AddRange(ReadAll(reader, row => new TakenActivity(
                        new ActivityKey(row.GetString(0), row.GetGuid(1)), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetInt16(4))));
                    break;
            }
        }

        return new ClaimedActivities(taken, kept, hasPeers);
    }

    private void AddActivities(NpgsqlBatchCommandCollection statements, List<ActivityWrite> activities)
    {
        if (activities.Count > 0)
            statements.Add(Statement(
                InsertActivities,
                Int(_hub),
                Texts(activities.Select(write => write.Key.InstanceId)),
                Ids(activities.Select(write => write.Key.Id)),
                Texts(activities.Select(write => write.ExecutionId)),
                Ints(activities.Select(write => write.TaskId)),
                Texts(activities.Select(write => InLowerCase(write.Name))),
                Texts(activities.Select(write => InLowerCase(write.Version ?? ""))),
                Blobs(activities.Select(write => write.Scheduled)),
                Smalls(activities.Select(write => (short)write.Losses))));
    }

    /// <summary>After the inserts: one unit of the group may end what another has queued.</summary>
    private void AddForgottenActivities(
        NpgsqlBatchCommandCollection statements,
        Guid node,
        List<(string InstanceId, string ExecutionId)> forgotten,
        List<ActivityReturn> returns,
        List<(ActivityKey Key, int Losses)> losses)
    {
        if (forgotten.Count > 0)
            statements.Add(Statement(
                ForgetActivities,
                Int(_hub),
                Texts(forgotten.Select(execution => execution.InstanceId)),
                Texts(forgotten.Select(execution => execution.ExecutionId))));

        if (returns.Count > 0)
            statements.Add(Statement(
                ReturnActivities,
                Int(_hub),
                Id(node),
                Texts(returns.Select(item => item.Key.InstanceId)),
                Ids(returns.Select(item => item.Key.Id)),
                Times(returns.Select(item => item.ReadyAt)),
                Smalls(returns.Select(item => (short?)item.Losses))));

        if (losses.Count > 0)
            statements.Add(Statement(
                SetActivityLosses,
                Int(_hub),
                Id(node),
                Texts(losses.Select(item => item.Key.InstanceId)),
                Ids(losses.Select(item => item.Key.Id)),
                Smalls(losses.Select(item => (short)item.Losses))));
    }

    private void AddActivityEnds(NpgsqlBatchCommandCollection statements, Guid node, List<ActivityEnd> ends)
    {
        if (ends.Count > 0)
            statements.Add(Statement(
                EndActivities,
                Int(_hub),
                Id(node),
                Texts(ends.Select(end => end.Key.InstanceId)),
                Ids(ends.Select(end => end.Key.Id)),
                Ids(ends.Select(end => end.MessageId)),
                Texts(ends.Select(end => end.ExecutionId)),
                Blobs(ends.Select(end => end.Event))));
    }

#pragma warning disable CA1308 // The table's rows are in lower case; no string makes the way back.
    private static string InLowerCase(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
