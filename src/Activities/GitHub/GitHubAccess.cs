using System.Net;
using System.Net.Http.Headers;
using Pao.Activities.Http;
using Pao.Activities.Secrets;

namespace Pao.Activities.GitHub;

/// <summary>Sends calls to GitHub as the account, or the App, that is configured for a repository's owner.</summary>
internal sealed class GitHubAccess(OutgoingHttp http, AppTokens tokens, GitHubOwners owners)
{
    /// <summary>Sends a call. One that is answered 401 for its App's token is sent once more, with a new token.</summary>
    public async Task<HttpAnswer> SendAsync(
        GitHubOwner owner, GitHubRepository repository, Func<HttpRequestMessage> create, ActionExecution execution, SecretScope secrets,
        CancellationToken cancellationToken)
    {
        // The action's own timeout is for the run, not for a call. GitHub knows no idempotency key.
        var call = execution with { Timeout = null };
        if (owner.Options.App is not { } app)
            return await SendAsync(owner.Options.Token is { } name ? secrets.Reveal(name) : throw ActionFailure.SecretMissing(owners.SecretMissing(owner) ?? ""));

        var token = await tokens.GetAsync(owner, app, repository, refused: null, secrets, cancellationToken);
        var answer = await SendAsync(token.Value);
        return answer.Status is (int)HttpStatusCode.Unauthorized
            ? await SendAsync((await tokens.GetAsync(owner, app, repository, refused: token, secrets, cancellationToken)).Value)
            : answer;

        async Task<HttpAnswer> SendAsync(string bearer)
        {
            using var request = create();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            return await http.AskAsync(request, call, secrets, cancellationToken);
        }
    }
}
