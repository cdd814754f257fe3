using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Pao.Activities.Http;
using Pao.Activities.Http.OAuth;
using Pao.Activities.Secrets;

namespace Pao.Activities.Jira;

/// <summary>Sends calls to a JIRA as the account that is configured for it.</summary>
internal sealed class JiraAccess(OutgoingHttp http, AccessTokens tokens, JiraInstances instances)
{
    /// <summary>Sends a call. One that is answered 401 for its OAuth token is sent once more, with a new token.</summary>
    public async Task<HttpAnswer> SendAsync(
        JiraInstance instance, Func<HttpRequestMessage> create, ActionExecution execution, SecretScope secrets, CancellationToken cancellationToken)
    {
        // The action's own timeout is for the person who resolves the ticket, not for a call. JIRA knows no idempotency key.
        var call = execution with { Timeout = null };
        if (instance.AuthenticationType is not JiraAuthenticationType.OAuth2)
        {
            using var request = create();
            request.Headers.Authorization = Authorization(instance, secrets);
            return await http.AskAsync(request, call, secrets, cancellationToken);
        }

        var credentials = Credentials(instance, secrets);
        var token = await tokens.GetAsync(credentials, refused: null, secrets, cancellationToken);
        var answer = await SendAsync(token);
        return answer.Status is (int)HttpStatusCode.Unauthorized
            ? await SendAsync(await tokens.GetAsync(credentials, refused: token, secrets, cancellationToken))
            : answer;

        async Task<HttpAnswer> SendAsync(AccessToken bearer)
        {
            using var request = create();
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer.Value);
            return await http.AskAsync(request, call, secrets, cancellationToken);
        }
    }

    private AuthenticationHeaderValue Authorization(JiraInstance instance, SecretScope secrets)
    {
        var secret = instances.Secret(instance, secrets);
        if (instance.AuthenticationType is JiraAuthenticationType.PersonalToken)
            return new AuthenticationHeaderValue("Bearer", secret);

        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{instance.Options.Authentication.Email}:{secret}"));
        secrets.Protect(pair);
        return new AuthenticationHeaderValue("Basic", pair);
    }

    private ClientCredentials Credentials(JiraInstance instance, SecretScope secrets)
    {
        var options = instance.Options.Authentication;
        return options is { TokenUrl: { } url, ClientId: { } client }
            ? new ClientCredentials(url, client, instances.Secret(instance, secrets), options.Scope, options.Audience)
            : throw ActionFailure.Invalid($"JIRA '{instance.Name}' has no TokenUrl or no ClientId.");
    }
}
