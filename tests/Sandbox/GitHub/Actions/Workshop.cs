using System.Collections.Concurrent;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>How much a GitHub knows of <c>return_run_details</c>.</summary>
internal enum DispatchAnswers
{
    /// <summary>It answers 200 with the run when it is asked to.</summary>
    Details,

    /// <summary>It does not know the key, ignores it, and answers 204.</summary>
    Silent,

    /// <summary>It does not know the key, and refuses it.</summary>
    Strict,
}

/// <summary>How a repository's workflows behave.</summary>
/// <param name="Answers">What a start is answered.</param>
/// <param name="AutoCompleteMilliseconds">After which a run ends by itself; null: a test ends it.</param>
/// <param name="Conclusion">How it ends then.</param>
/// <param name="HideFromLists">How many lists do not show a new run.</param>
/// <param name="WebhookCopies">How often each event is delivered.</param>
internal sealed record ActionsSettings(
    DispatchAnswers Answers = DispatchAnswers.Details, int? AutoCompleteMilliseconds = null, string Conclusion = "success", int HideFromLists = 0,
    int WebhookCopies = 1);

/// <summary>The workflows and runs of one repository.</summary>
internal sealed class Workshop(Repository repository)
{
    public Lock Gate { get; } = new();

    public Repository Repository => repository;

    public ActionsSettings Settings { get; set; } = new();

    public Dictionary<string, Workflow> Workflows { get; } = new(StringComparer.Ordinal);

    public List<Run> Runs { get; } = [];

    public Run? Find(long id) => Runs.Find(run => run.Id == id && !run.IsDeleted);
}

/// <summary>The workshops, by their repositories.</summary>
internal sealed class Workshops
{
    private readonly ConcurrentDictionary<Repository, Workshop> _workshops = new();

    public Workshop Of(Repository repository) => _workshops.GetOrAdd(repository, one => new Workshop(one));
}
