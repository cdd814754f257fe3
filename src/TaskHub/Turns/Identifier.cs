using System.Buffers;
using System.Text;
using Pao.DurableTask.Protocol;

namespace Pao.TaskHub.Turns;

/// <summary>What a column that instances are found by can hold.</summary>
internal static class Identifier
{
    private const int MaxIdLength = 250;
    private const int MaxNameLength = 300;
    private const int MaxFilters = 1_000; // each is looked for at every claim

    /// <summary>What is wrong with an instance's or an execution's id, as the rest of a sentence; null when nothing is.</summary>
    public static string? ProblemOfId(string id) => Problem(id, MaxIdLength);

    /// <summary>What is wrong with an orchestrator's name, as the rest of a sentence; null when nothing is.</summary>
    public static string? ProblemOfName(string name) => Problem(name, MaxNameLength);

    /// <summary>What is wrong with the names and versions that a worker asks for, as a sentence; null when nothing is.</summary>
    public static string? ProblemOfFilters(WorkItemFilters? filters) => filters is null
        ? null
        : filters.Activities.Sum(one => 1 + one.Versions.Count) + filters.Orchestrations.Sum(one => 1 + one.Versions.Count) > MaxFilters
        ? $"A worker's filters hold at most {MaxFilters} names and versions."
        : filters.Activities.Select(activity => (activity.Name, activity.Versions))
            .Concat(filters.Orchestrations.Select(orchestration => (orchestration.Name, orchestration.Versions)))
            .SelectMany(one => one.Versions.Where(version => version.Length > 0).Prepend(one.Name))
            .Select(text => ProblemOfName(text) is { } problem ? $"A name or version in a filter {problem}" : null)
            .FirstOrDefault(problem => problem is not null);

    private static string? Problem(string text, int longest) =>
        text.Length == 0 || text.Length > longest ? $"has 1 to {longest} characters; this one has {text.Length}."
        : text.Contains('\0', StringComparison.Ordinal) ? "has no NUL characters; this one does."
        : HasLoneSurrogate(text) ? "is valid Unicode; this one has half a character."
        : null;

    private static bool HasLoneSurrogate(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return true;
            rest = rest[length..];
        }

        return false;
    }
}
