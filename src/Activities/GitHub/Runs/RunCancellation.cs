namespace Pao.Activities.GitHub.Runs;

/// <summary>Ends a run that is not wanted any more.</summary>
internal sealed class RunCancellation(GitHubClients clients)
{
    /// <exception cref="ActionFailedException">It could not be ended; a person has to do it.</exception>
    public async Task CancelAsync(ActionExecution execution, RunHandle handle, CancellationToken cancellationToken)
    {
        var client = await clients.OpenAsync(execution, handle.On, cancellationToken);
        var path = $"{handle.Path}/cancel";
        var answer = await client.AskAsync(HttpMethod.Post, path, body: null, cancellationToken);
        if (answer.IsSuccess
            || (answer.Status is 404 && await RunFollowing.IsGoneAsync(client, cancellationToken))
            || (answer.Status is 409 && await HasEndedAsync(client, handle, cancellationToken)))
            return;

        var refusal = client.Refused(HttpMethod.Post, path, answer);
        throw refusal.Retryable ? refusal : ActionFailure.Rejected($"{refusal.Message} Cancel it by hand: {handle.Url}.");
    }

    private static async Task<bool> HasEndedAsync(GitHubClient client, RunHandle handle, CancellationToken cancellationToken) =>
        WorkflowRun.Read(await client.GetAsync(handle.Path, cancellationToken)) is { Status: "completed" };
}
