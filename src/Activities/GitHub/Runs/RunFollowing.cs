using System.Text.Json.Nodes;

namespace Pao.Activities.GitHub.Runs;

/// <summary>Reads how a run stands, until it has ended.</summary>
internal sealed class RunFollowing(GitHubClients clients, TimeProvider clock)
{
    private readonly KnownRuns _known = new();

    /// <exception cref="ActionFailedException">It cannot be read now; or it has failed, or is gone. Only in the first case it may be read again.</exception>
    public async Task<ActionProgress> FollowAsync(ActionExecution execution, RunHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            var client = await clients.OpenAsync(execution, handle.On, cancellationToken);
            var call = WorkflowCall.Read(new ActionConfig(execution.Config, client.Secrets), client.Repository);
            return call.Waits
                ? await LookAsync(client, handle, cancellationToken)
                : RunProgress.Done(handle, conclusion: null, client.Secrets);
        }
        catch (ActionFailedException failure) when (failure.Effect is ActionEffect.None)
        {
            // Nothing was started now, but the run is there.
            throw failure.With(ActionEffect.Unknown);
        }
    }

    private async Task<ActionProgress> LookAsync(GitHubClient client, RunHandle handle, CancellationToken cancellationToken)
    {
        var run = await ReadAsync(client, handle, cancellationToken);
        switch (run.Outcome)
        {
            case RunOutcome.Completed:
                return RunProgress.Done(handle, run.Conclusion, client.Secrets);
            case RunOutcome.Failed:
                var cause = client.Secrets.Mask(await CauseAsync(client, run, cancellationToken));
                throw ActionFailure.Unsuccessful(
                    $"{Capital(handle.Name)} has ended: {run.Standing}{(run.Attempt > 1 ? $", in its attempt {run.Attempt}" : "")}{cause}. "
                    + $"See {handle.Url}. Retry starts a new run.");
            default:
                var standing = run.Attempt > 1 ? $"{run.Standing}, attempt {run.Attempt}" : run.Standing;
                return RunProgress.Waiting(handle, standing, clock.GetUtcNow());
        }
    }

    private async Task<WorkflowRun> ReadAsync(GitHubClient client, RunHandle handle, CancellationToken cancellationToken)
    {
        var path = $"{handle.Path}?exclude_pull_requests=true";
        var known = _known.Find(handle);
        var answer = await client.LookAsync(path, known?.Tag, cancellationToken);
        if (answer.Status is 304 && known is not null)
            return known.Run;
        if (answer.IsSuccess)
        {
            var run = WorkflowRun.Read(answer.Body) ?? throw client.Malformed(HttpMethod.Get, path);
            _known.Keep(handle, run, answer.Headers?.ETag);
            return run;
        }

        if (answer.Status is 404 && await IsGoneAsync(client, cancellationToken))
            throw ActionFailure.OutcomeUnknown(
                $"{Capital(handle.Name)} in {handle.Repository} is gone: it was deleted, which GitHub allows once it has ended. A person has to say what came of it.");

        // An operator mends the token; until then nothing is known, and nothing is lost.
        throw answer.Status is 401 or 403 or 404 && client.PauseOf(answer) is null
            ? client.Refused(HttpMethod.Get, path, answer).With(ActionEffect.Unknown, retryable: true)
            : client.Refused(HttpMethod.Get, path, answer);
    }

    /// <summary>A token that may not see a repository is answered 404, too.</summary>
    public static async Task<bool> IsGoneAsync(GitHubClient client, CancellationToken cancellationToken)
    {
        var repository = await client.AskAsync(HttpMethod.Get, "", body: null, cancellationToken);
        return repository.IsSuccess && repository.Body is JsonObject;
    }

    /// <summary>The job and the step that went wrong; that they cannot be read changes nothing about how the run ended.</summary>
    private static async Task<string> CauseAsync(GitHubClient client, WorkflowRun run, CancellationToken cancellationToken)
    {
        if (run.Conclusion is "skipped")
            return "; nothing in it was carried out";

        try
        {
            var jobs = await RunJobs.ReadAsync(client, run.Id, run.Attempt, cancellationToken);
            return jobs.Where(job => job.Rank is not null).MinBy(job => job.Rank) is { } job ? $"; {job.Describe()}" : "";
        }
        catch (ActionFailedException unread)
        {
            return $"; its jobs could not be read ({unread.Message.TrimEnd('.')})";
        }
    }

    private static string Capital(string name) => $"{char.ToUpperInvariant(name[0])}{name[1..]}";
}
