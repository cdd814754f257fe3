using System.Globalization;
using System.Text.Json.Nodes;

namespace Pao.Activities.GitHub.Runs;

/// <summary>Looks for the run of an earlier attempt by its marker. GitHub lists a run some seconds after it was asked for.</summary>
internal sealed class RunSearch(TimeProvider clock)
{
    private const int PageSize = 30;
    private const int MostPages = 10;
    private const int MostLookedInto = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <param name="marker">What the run shows.</param>
    /// <param name="call">What was started.</param>
    /// <param name="since">Before which the run was not made, by GitHub's clock.</param>
    /// <param name="client">GitHub.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RunsFound> FindAsync(RunMarker marker, WorkflowCall call, DateTimeOffset since, GitHubClient client, CancellationToken cancellationToken)
    {
        var end = clock.GetUtcNow() + client.Owner.Options.SearchGrace;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var found = await FindNowAsync(marker, call, since, client, cancellationToken);
            var left = end - clock.GetUtcNow();
            if (found.Run is not null || left <= TimeSpan.Zero)
                return found.Run is null ? await LookIntoAsync(marker, found, client, cancellationToken) : found;

            await Task.Delay(left < pause ? left : pause, clock, cancellationToken);
        }
    }

    private static async Task<RunsFound> FindNowAsync(
        RunMarker marker, WorkflowCall call, DateTimeOffset since, GitHubClient client, CancellationToken cancellationToken)
    {
        var from = Uri.EscapeDataString($">={since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}");
        List<WorkflowRun> candidates = [];
        for (var page = 1; page <= MostPages; page++)
        {
            var path = $"{call.Path}/runs?event=workflow_dispatch&created={from}&exclude_pull_requests=true&per_page={PageSize}&page={page}";
            if ((await client.GetAsync(path, cancellationToken))["workflow_runs"] is not JsonArray listed)
                throw client.Malformed(HttpMethod.Get, path);

            var runs = listed.Select(WorkflowRun.Read).OfType<WorkflowRun>().ToList();
            if (runs.Find(run => marker.IsIn(run.Title)) is { } run)
                return new RunsFound(run, [], IsWhole: true);

            // One that shows another action's marker was not started for this one.
            candidates.AddRange(runs.Where(run => run.Branch == call.Branch && !RunMarker.IsAnyIn(run.Title)));
            if (listed.Count < PageSize)
                return new RunsFound(Run: null, candidates, IsWhole: true);
        }

        return new RunsFound(Run: null, candidates, IsWhole: false);
    }

    /// <summary>A workflow may show the marker in the name of a job or a step only.</summary>
    private static async Task<RunsFound> LookIntoAsync(RunMarker marker, RunsFound found, GitHubClient client, CancellationToken cancellationToken)
    {
        List<WorkflowRun> left = [];
        foreach (var candidate in found.Candidates)
        {
            if (left.Count == MostLookedInto)
                return found with { IsWhole = false };

            var names = (await RunJobs.ReadAsync(client, candidate.Id, candidate.Attempt, cancellationToken)).SelectMany(job => job.Names).ToList();
            if (names.Exists(marker.IsIn))
                return new RunsFound(candidate, [], IsWhole: true);
            if (!names.Exists(RunMarker.IsAnyIn))
                left.Add(candidate);
        }

        return found with { Candidates = left };
    }
}

/// <summary>What a search for a run has found.</summary>
/// <param name="Run">The one that shows the marker.</param>
/// <param name="Candidates">Without it: those that show none at all, so that each may be the one.</param>
/// <param name="IsWhole">Whether all were looked at.</param>
internal sealed record RunsFound(WorkflowRun? Run, IReadOnlyList<WorkflowRun> Candidates, bool IsWhole);
