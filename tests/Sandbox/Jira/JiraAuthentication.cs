using System.Text;
using Pao.Sandbox.OAuth;

namespace Pao.Sandbox.Jira;

/// <summary>
/// Who may call: in the cloud an e-mail with an API token, in a data center a personal access token, in both a token that
/// <c>/oauth/token</c> gave. The users called reader may look only.
/// </summary>
internal sealed class JiraAuthentication(TokenServer tokens) : IEndpointFilter
{
    public const string CloudUser = "bot@example.com";
    public const string CloudToken = "sandbox-jira-token";
    public const string PersonalToken = "sandbox-jira-pat";
    private const string Reader = "reader";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var isCloud = (string?)request.RouteValues["version"] is "3";
        var who = Who(request.Headers.Authorization.ToString(), isCloud);
        if (who is null)
        {
            // Both editions answer this in words for people.
            return Results.Text("Client must be authenticated to access this resource.", "text/html", statusCode: 401);
        }

        return who is Reader && !HttpMethods.IsGet(request.Method) && !request.Path.Value!.Contains("/search", StringComparison.Ordinal)
            ? Results.Text(JiraErrors.Message("You do not have permission to do this.").ToJsonString(), "application/json", statusCode: 403)
            : await next(context);
    }

    private string? Who(string authorization, bool isCloud)
    {
        if (authorization.StartsWith("Basic ", StringComparison.Ordinal) && isCloud)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..]));
            return pair == $"{CloudUser}:{CloudToken}" ? CloudUser : pair == $"reader@example.com:{CloudToken}" ? Reader : null;
        }

        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
            return null;

        var token = authorization["Bearer ".Length..];
        if (tokens.IsGood(token))
            return "oauth";

        return token is PersonalToken && !isCloud ? "pat" : token is $"{PersonalToken}-reader" && !isCloud ? Reader : null;
    }
}
