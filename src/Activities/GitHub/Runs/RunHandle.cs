using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.GitHub.Runs;

/// <summary>Where a run is found again.</summary>
/// <param name="Repository"><c>owner/name</c>.</param>
/// <param name="Id">The run's.</param>
/// <param name="Url">Where people see it.</param>
/// <param name="Workflow">The file of its workflow.</param>
/// <param name="StartedAt">When it was known first: a run that takes long is looked at less often.</param>
internal sealed record RunHandle(string Repository, long Id, string Url, string Workflow, DateTimeOffset StartedAt)
{
    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public GitHubRepository On => GitHubRepository.Parse(Repository) ?? throw new InvalidOperationException("The handle is of no repository.");

    /// <summary>Its path below the repository.</summary>
    public string Path => $"actions/runs/{Id}";

    /// <summary>As people are told of it.</summary>
    public string Name => $"run {Id} of {Workflow}";

    public static RunHandle Read(JsonObject handle) =>
        handle.Deserialize<RunHandle>(Json) is { Repository: not null, Id: > 0, Url: not null, Workflow: not null } run
            ? run
            : throw new InvalidOperationException("The handle is of no run.");

    public JsonObject ToJson() => new()
    {
        ["repository"] = Repository, ["id"] = Id, ["url"] = Url, ["workflow"] = Workflow, ["startedAt"] = StartedAt,
    };
}
