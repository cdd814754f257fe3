using Microsoft.Extensions.Logging;
using Pao.DurableTask.Protocol;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Dispatch;
using Pao.TaskHub.Nodes;
using Pao.TaskHub.Residency;

namespace Pao.TaskHub.Poison;

/// <summary>
/// Remote workers whose connection broke with work in hand, which may be what killed them. The loss is stored with each
/// item before anybody gets it again; from the second one in a row on an item is tried alone; and one whose last trial of
/// <see cref="TaskHubOptions.MaxAttempts"/> ended so is set aside. Called under the hub's lock.
/// </summary>
internal sealed partial class LostWorkers(Node node)
{
    private int MaxAttempts => node.Options.MaxAttempts;

    /// <summary>The worker is gone, and has not said so before.</summary>
    public void Lose(WorkerStream stream)
    {
        List<TurnItem> turns = [.. stream.Turns];
        List<ActivityItem> activities = [.. stream.Activities.Where(activity => !activity.Reported)];
        if (turns.Count + activities.Count == 0)
            return;

        node.Metrics.WorkerLost();
        Log.Lost(node.Logger, turns.Count, activities.Count);
        Dictionary<string, Losses> counted = [];
        foreach (var turn in turns)
            counted[turn.Resident.Id] = Count(turn);
        foreach (var activity in activities)
            if (Count(activity) is { } losses)
                counted[activity.InstanceId] = losses;
        if (counted.Count == 0)
            return;

        var unit = new CommitUnit
        {
            Done = result =>
            {
                if (result.Status == CommitStatus.Committed)
                    HandOn(turns, activities);
            },
        };
        unit.Losses.AddRange(counted.Select(instance => (instance.Key, instance.Value.ToText())));
        node.Commit(unit);
    }

    /// <summary>Ends an instance whose turn has cost too many workers. False for any other.</summary>
    public bool SetAside(Resident resident)
    {
        if (resident.Losses is not { } losses || losses.OfTurn < MaxAttempts)
            return false;

        node.SetAside.Resident(resident, $"Its worker was lost {losses.OfTurn} times in a row while it had a turn of this instance.");
        return true;
    }

    /// <summary>Fails an activity that has cost too many workers. False for any other.</summary>
    public bool SetAside(ActivityItem item)
    {
        if (item.Losses < MaxAttempts)
            return false;

        var why = $"The worker was lost {item.Losses} times in a row while it ran activity '{item.Name}' (#{item.TaskId}); it is not tried again.";
        var response = new ActivityResponse { FailureDetails = PoisonFailure.Of(PoisonFailure.ActivityErrorType, why) };
        if (item.Key is { } key)
            node.Queue.End(item, key, response, error => Done(item, why, error));
        else if (item.Resident is { } resident)
            node.Activities.End(item, resident, response, error => Done(item, why, error));
        return true;
    }

    /// <summary>A trial has begun: who lives through it is innocent.</summary>
    public void Watch(Trial trial)
    {
        Log.Tried(node.Logger, Describe(trial.Item), trial.Item.Losses, node.Isolation.Waiting);
        node.Alarm.After(node.Options.SuspectTime, () =>
        {
            if (node.Isolation.Current != trial)
                return;

            if (Equals(trial.Item.Hand, trial.Hand))
                Acquit(trial.Item);
            node.Isolation.End();
            node.Dispatcher.Pump();
            node.Queue.SlotFreed();
        });
    }

    private Losses Count(TurnItem turn)
    {
        var resident = turn.Resident;
        var losses = resident.Losses ??= new Losses();
        losses.OfTurn = After(losses.OfTurn, new SuspectTurn(resident));
        node.Turns.Withdraw(resident);
        resident.Counting = true;
        node.LateMessages.AreStored(resident); // its row, too, if it has none yet
        return losses;
    }

    /// <returns>What its instance is to keep; null when the activity is counted in a row of its own, or wanted by nobody.</returns>
    private Losses? Count(ActivityItem item)
    {
        item.Losses = After(item.Losses, new SuspectActivity(item));
        if (item.Key is not null || item.Resident is not { } resident)
        {
            node.Activities.GiveBack(item);
            return null;
        }

        node.Dispatcher.Finish(item);
        var losses = resident.Losses ??= new Losses();
        losses.Set(item.TaskId, item.Losses);
        return losses;
    }

    /// <summary>The last one counts only for what was alone: it had nothing beside it that could have been to blame.</summary>
    private int After(int losses, SuspectItem item) =>
        node.Isolation.IsAlone(item) ? losses + 1 : Math.Min(losses + 1, MaxAttempts - 1);

    private void HandOn(List<TurnItem> turns, List<ActivityItem> activities)
    {
        foreach (var resident in turns.Select(turn => turn.Resident))
        {
            resident.Counting = false;
            if (node.Residents.Contains(resident))
                node.Turns.Advance(resident);
        }

        foreach (var item in activities)
            if (item is { Key: null, Dropped: false, Resident: { } resident } && node.Residents.Contains(resident))
                node.Activities.Enqueue(item);
    }

    private void Acquit(SuspectItem suspect)
    {
        var unit = new CommitUnit { Done = static _ => { } };
        switch (suspect)
        {
            case SuspectTurn { Resident: { Losses: { } losses } resident }:
                losses.OfTurn = 0;
                unit.Losses.Add((resident.Id, losses.ToText()));
                break;
            case SuspectActivity { Item: { Key: { } key } item }:
                item.Losses = 0;
                unit.ActivityLosses.Add((key, 0));
                break;
            case SuspectActivity { Item: { Resident: { Losses: { } losses } resident } item }:
                item.Losses = 0;
                losses.Set(item.TaskId, 0);
                unit.Losses.Add((resident.Id, losses.ToText()));
                break;
        }

        node.Commit(unit);
    }

    private void Done(ActivityItem item, string why, Exception? error)
    {
        if (error is not null)
            return;

        ActivityFlow.Ended(item);
        node.Metrics.ActivitySetAside();
        Log.ActivitySetAside(node.Logger, item.InstanceId, why);
    }

    private static string Describe(SuspectItem suspect) => suspect switch
    {
        SuspectTurn turn => $"A turn of instance {turn.Resident.Id}",
        SuspectActivity { Item: var item } => $"Activity {item.Name} (#{item.TaskId}) of instance {item.InstanceId}",
        _ => throw new InvalidOperationException("There is no third kind."),
    };

    private static partial class Log
    {
        [LoggerMessage(43, LogLevel.Warning, "The connection of a worker broke that had {Turns} turns and {Activities} activities in hand; they are counted and given to others.")]
        public static partial void Lost(ILogger logger, int turns, int activities);

        [LoggerMessage(44, LogLevel.Warning, "{Item} was out on workers that were lost, {Losses} in a row, and is tried alone ({Waiting} more wait for it).")]
        public static partial void Tried(ILogger logger, string item, int losses, int waiting);

        [LoggerMessage(45, LogLevel.Error, "An activity of instance {InstanceId} is set aside: {Why}")]
        public static partial void ActivitySetAside(ILogger logger, string instanceId, string why);
    }
}
