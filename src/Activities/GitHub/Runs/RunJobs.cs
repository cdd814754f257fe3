using System.Text.Json.Nodes;

namespace Pao.Activities.GitHub.Runs;

/// <summary>A job of a run, as far as it tells what went wrong.</summary>
internal sealed record RunJob(string Name, string? Conclusion, IReadOnlyList<RunStep> Steps)
{
    private static readonly string[] Wrong = ["failure", "timed_out", "startup_failure", "action_required", "cancelled", "stale"];

    public IEnumerable<string> Names => Steps.Select(step => step.Name).Prepend(Name);

    /// <summary>How bad it is: the cause comes before what was cancelled for it. Null when nothing went wrong.</summary>
    public int? Rank => RankOf(Conclusion);

    /// <summary>For people: the job, and the step in it that went wrong.</summary>
    public string Describe()
    {
        var step = Steps.Where(step => RankOf(step.Conclusion) is not null).MinBy(step => RankOf(step.Conclusion));
        return step is null ? $"job '{Name}' ({Conclusion})" : $"job '{Name}', step '{step.Name}' ({step.Conclusion})";
    }

    private static int? RankOf(string? conclusion) => Array.IndexOf(Wrong, conclusion) is >= 0 and var rank ? rank : null;
}

internal sealed record RunStep(string Name, string? Conclusion);

/// <summary>Reads the jobs of a run's attempt.</summary>
internal static class RunJobs
{
    private const int PageSize = 30;
    private const int MostPages = 4;

    public static async Task<IReadOnlyList<RunJob>> ReadAsync(GitHubClient client, long run, long attempt, CancellationToken cancellationToken)
    {
        List<RunJob> jobs = [];
        for (var page = 1; page <= MostPages; page++)
        {
            var path = $"actions/runs/{run}/attempts/{attempt}/jobs?per_page={PageSize}&page={page}";
            if ((await client.GetAsync(path, cancellationToken))["jobs"] is not JsonArray listed)
                throw client.Malformed(HttpMethod.Get, path);

            jobs.AddRange(listed.OfType<JsonObject>().Select(Read));
            if (listed.Count < PageSize)
                break;
        }

        return jobs;
    }

    private static RunJob Read(JsonObject job) => new(
        job["name"]?.ToString() ?? "", job["conclusion"]?.ToString(),
        [.. (job["steps"] as JsonArray ?? []).OfType<JsonObject>().Select(step => new RunStep(step["name"]?.ToString() ?? "", step["conclusion"]?.ToString()))]);
}
