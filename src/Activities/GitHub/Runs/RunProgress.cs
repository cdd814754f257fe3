using System.Text.Json.Nodes;
using Pao.Activities.Secrets;

namespace Pao.Activities.GitHub.Runs;

/// <summary>How a run is waited for, and what it hands on.</summary>
internal static class RunProgress
{
    private const int LooksInItsTime = 8;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>What needs no waiting is noted as waiting first where the run was found, and is done with the next look.</summary>
    public static ActionProgress.Waiting Waiting(RunHandle run, string standing, DateTimeOffset now, bool lookAtOnce = false) =>
        new(run.ToJson(), $"{run.Name} ({standing})")
        {
            ExternalReference = run.Url,
            Outputs = Outputs(run, conclusion: null),
            HintKeys = [GitHubHints.Run(run.Repository, run.Id)],
            PollAfter = lookAtOnce ? TimeSpan.Zero : Pause(now - run.StartedAt),
        };

    public static ActionProgress.Done Done(RunHandle run, string? conclusion, SecretScope secrets) =>
        new(new ActionResult((JsonObject)secrets.Mask(Outputs(run, conclusion))!, run.Url));

    private static JsonObject Outputs(RunHandle run, string? conclusion) => new() { ["runId"] = run.Id, ["url"] = run.Url, ["conclusion"] = conclusion };

    // A run of an hour is not asked for every few seconds: GitHub counts.
    private static TimeSpan Pause(TimeSpan elapsed) =>
        elapsed / LooksInItsTime is var pause && pause < Shortest ? Shortest : pause < Longest ? pause : Longest;
}
