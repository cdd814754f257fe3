using System.Text;
using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>
/// Who may call: in the cloud an e-mail with an API token, in a data center a personal access token, in both a token that
/// <c>/jira/{site}/oauth/token</c> gave. The users called reader may look only.
/// </summary>
internal sealed class JiraAuthentication(JiraSites sites) : IEndpointFilter
{
    public const string CloudUser = "bot@example.com";
    public const string CloudToken = "sandbox-jira-token";
    public const string PersonalToken = "sandbox-jira-pat";
    public const string ClientId = "pao";
    public const string ClientSecret = "sandbox-jira-client";
    private const string Reader = "reader";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var site = sites.Get((string)request.RouteValues["site"]!);
        var isCloud = (string?)request.RouteValues["version"] is "3";
        var who = Who(site, request.Headers.Authorization.ToString(), isCloud);
        if (who is null)
        {
            // Both editions answer this in words for people.
            return Results.Text("Client must be authenticated to access this resource.", "text/html", statusCode: 401);
        }

        return who is Reader && !HttpMethods.IsGet(request.Method) && !request.Path.Value!.Contains("/search", StringComparison.Ordinal)
            ? Results.Text(JiraErrors.Message("You do not have permission to do this.").ToJsonString(), "application/json", statusCode: 403)
            : await next(context);
    }

    public static void MapToken(IEndpointRouteBuilder routes) => routes.MapPost("/jira/{site}/oauth/token", GiveTokenAsync);

    private static async Task<IResult> GiveTokenAsync(string site, HttpRequest request, JiraSites sites)
    {
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"))}";
        var isKnown = request.Headers.Authorization == basic
            || (form["client_id"] == ClientId && form["client_secret"] == ClientSecret);
        if (!isKnown || form["grant_type"] != "client_credentials")
            return Results.Json(new { error = isKnown ? "unsupported_grant_type" : "invalid_client" }, statusCode: isKnown ? 400 : 401);

        var jira = sites.Get(site);
        var token = $"oauth-{Guid.NewGuid():n}";
        lock (jira.Gate)
            jira.Tokens[token] = jira.Settings.CallsPerToken;
        return Results.Text(
            new JsonObject { ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = jira.Settings.TokenSeconds }.ToJsonString(),
            "application/json");
    }

    private static string? Who(JiraSite site, string authorization, bool isCloud)
    {
        if (authorization.StartsWith("Basic ", StringComparison.Ordinal) && isCloud)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(authorization["Basic ".Length..]));
            return pair == $"{CloudUser}:{CloudToken}" ? CloudUser : pair == $"reader@example.com:{CloudToken}" ? Reader : null;
        }

        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
            return null;

        var token = authorization["Bearer ".Length..];
        lock (site.Gate)
        {
            if (site.Tokens.TryGetValue(token, out var calls))
            {
                site.Tokens[token] = calls - 1;
                return calls > 0 ? "oauth" : null;
            }
        }

        return token is PersonalToken && !isCloud ? "pat" : token is $"{PersonalToken}-reader" && !isCloud ? Reader : null;
    }
}
