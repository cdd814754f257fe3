using System.Text.Json.Nodes;

namespace Pao.Activities.GitHub.Runs;

/// <summary>
/// A run as GitHub has it. Its title is what the workflow's <c>run-name</c> made, and the workflow's own name; its attempt is 1, and
/// one more for each time that it was run again.
/// </summary>
internal sealed record WorkflowRun(long Id, string Url, string Title, string Branch, string Status, string? Conclusion, long Attempt)
{
    /// <returns>Null when it is no run.</returns>
    public static WorkflowRun? Read(JsonNode? node) =>
        node is JsonObject run && Number(run["id"]) is { } id && run["html_url"]?.ToString() is { Length: > 0 } url && run["status"]?.ToString() is { } status
            ? new WorkflowRun(
                id, url, $"{run["display_title"]} {run["name"]}", run["head_branch"]?.ToString() ?? "", status, run["conclusion"]?.ToString(),
                Number(run["run_attempt"]) ?? 1)
            : null;

    public RunOutcome Outcome => Status is not "completed"
        ? RunOutcome.Open
        : Conclusion switch
        {
            "success" or "neutral" => RunOutcome.Completed,

            // Somebody has to let it go on at GitHub, which runs it again then.
            "action_required" => RunOutcome.Open,
            _ => RunOutcome.Failed,
        };

    public string Standing => (Status, Conclusion) switch
    {
        ("completed", "action_required") or ("action_required", _) => "waits for an approval on GitHub",
        ("waiting", _) => "waits for a rule of its environment on GitHub",
        (_, null) => Status.Replace('_', ' '),
        _ => Conclusion.Replace('_', ' '),
    };

    public static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) && number > 0 ? number : null;
}

internal enum RunOutcome
{
    Open,
    Completed,
    Failed,
}
