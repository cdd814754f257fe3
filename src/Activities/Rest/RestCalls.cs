using System.Net;
using Pao.Activities.Http;
using Pao.Activities.Http.OAuth;

namespace Pao.Activities.Rest;

/// <summary>Sends REST calls, with a token where the document asks for one.</summary>
internal sealed class RestCalls(OutgoingHttp http, AccessTokens tokens)
{
    /// <summary>Sends a call. One that is answered 401 for its token is sent once more, with a new token.</summary>
    public async Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, ActionConfig config, ActionExecution execution, CancellationToken cancellationToken)
    {
        var secrets = config.Secrets;
        if (RestAuthentication.ClientCredentials(config) is not { } credentials)
            return await http.SendAsync(request, execution, secrets, cancellationToken);

        var token = await tokens.GetAsync(credentials, refused: null, secrets, cancellationToken);
        RestAuthentication.Apply(request, token);
        var answer = await http.SendAsync(request, execution, secrets, cancellationToken);
        if (answer.Status is not (int)HttpStatusCode.Unauthorized)
            return answer;

        using var again = RestRequest.Create(config);
        RestAuthentication.Apply(again, await tokens.GetAsync(credentials, refused: token, secrets, cancellationToken));
        return await http.SendAsync(again, execution, secrets, cancellationToken);
    }
}
