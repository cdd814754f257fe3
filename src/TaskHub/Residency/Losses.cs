using System.Globalization;
using Pao.TaskHub.Turns;

namespace Pao.TaskHub.Residency;

/// <summary>
/// How often in a row workers were lost that had an instance's turn, or one of its activities, in hand. It is kept with
/// the instance until the turn is committed, or the activity has ended.
/// </summary>
internal sealed class Losses
{
    private const string Turn = "turn";

    private readonly SortedDictionary<int, int> _ofActivities = [];

    public int OfTurn { get; set; }

    public int OfActivity(int taskId) => _ofActivities.GetValueOrDefault(taskId);

    public void Set(int taskId, int times)
    {
        if (times > 0)
            _ofActivities[taskId] = times;
        else
            _ofActivities.Remove(taskId);
    }

    /// <summary>Forgets what is over with the turn. False when there was nothing to forget.</summary>
    public bool Forget(TurnOutcome outcome)
    {
        var before = Count;
        OfTurn = 0;
        if (outcome.IsTerminal || outcome.Next is not null)
            _ofActivities.Clear();
        foreach (var e in outcome.Events)
            if ((e.TaskCompleted?.TaskScheduledId ?? e.TaskFailed?.TaskScheduledId) is { } taskId)
                _ofActivities.Remove(taskId);
        return Count != before;
    }

    /// <summary>As stored: <c>turn:2 17:1</c>; null for none.</summary>
    public string? ToText()
    {
        List<string> parts = [.. _ofActivities.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key}:{item.Value}"))];
        if (OfTurn > 0)
            parts.Insert(0, string.Create(CultureInfo.InvariantCulture, $"{Turn}:{OfTurn}"));
        return parts.Count == 0 ? null : string.Join(' ', parts);
    }

    /// <summary>What cannot be read counts for nothing.</summary>
    public static Losses? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;

        var losses = new Losses();
        foreach (var part in text.Split(' '))
        {
            if (part.Split(':') is not [var item, var count] || !int.TryParse(count, CultureInfo.InvariantCulture, out var times))
                continue;
            if (item == Turn)
                losses.OfTurn = times;
            else if (int.TryParse(item, CultureInfo.InvariantCulture, out var taskId))
                losses.Set(taskId, times);
        }

        return losses;
    }

    private int Count => _ofActivities.Count + (OfTurn > 0 ? 1 : 0);
}
