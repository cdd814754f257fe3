using System.Net;
using Pao.Activities.Http;
using Pao.Activities.Http.OAuth;

namespace Pao.Activities.Rest;

/// <summary>Sends REST calls, with a token where the document asks for one.</summary>
internal sealed class RestCalls(OutgoingHttp http, AccessTokens tokens)
{
    /// <summary>Sends the action's call. One that is answered 401 for its token is sent once more, with a new token.</summary>
    public Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, ActionConfig config, ActionExecution execution, CancellationToken cancellationToken) =>
        SendAsync(
            request, () => RestRequest.Create(config), config,
            call => http.SendAsync(call, execution, config.Secrets, cancellationToken), cancellationToken);

    /// <summary>The same for a question.</summary>
    public Task<HttpAnswer> AskAsync(
        HttpRequestMessage request, ActionConfig config, ActionExecution execution, CancellationToken cancellationToken) =>
        SendAsync(
            request, () => RestRequest.Ask(config, RequestTarget.Of(request), request.Method), config,
            question => http.AskAsync(question, execution, config.Secrets, cancellationToken), cancellationToken);

    private async Task<HttpAnswer> SendAsync(
        HttpRequestMessage request, Func<HttpRequestMessage> anew, ActionConfig config, Func<HttpRequestMessage, Task<HttpAnswer>> send,
        CancellationToken cancellationToken)
    {
        // The client's secret goes to the token endpoint only; what it is worth, the token, goes where the call goes.
        var login = config.Apart();
        if (RestAuthentication.ClientCredentials(login) is not { } credentials)
            return await send(request);

        login.Secrets.CheckTarget(RequestTarget.Of(request));
        login.Secrets.CheckTarget(credentials.TokenUrl);
        var token = await tokens.GetAsync(credentials, refused: null, login.Secrets, cancellationToken);
        RestAuthentication.Apply(request, token);
        var answer = await send(request);
        if (answer.Status is not (int)HttpStatusCode.Unauthorized)
            return answer;

        using var again = anew();
        RestAuthentication.Apply(again, await tokens.GetAsync(credentials, refused: token, login.Secrets, cancellationToken));
        return await send(again);
    }
}
