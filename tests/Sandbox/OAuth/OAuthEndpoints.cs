using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pao.Sandbox.Ledgers;
using Pao.Sandbox.Resources;

namespace Pao.Sandbox.OAuth;

/// <summary>A token endpoint by RFC 6749 for client credentials, and resources for whoever has a token.</summary>
internal static class OAuthEndpoints
{
    private const string UsualClientSecret = "sandbox-client-secret";

    /// <summary>Tests read and change here what a server's operator would.</summary>
    public static void MapOAuthOperator(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/oauth/clients/{client}", (string client, TokenServer tokens) => new { Issued = tokens.IssuedTo(client) });
        routes.MapPost("/oauth/clients/{client}/revoke", (string client, int? life, TokenServer tokens) =>
        {
            tokens.Revoke(client, life ?? 3600);
            return Results.NoContent();
        });
    }

    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/token", Issue).DisableAntiforgery();
        routes.MapPost("/protected/resources/{kind}", Create);
    }

    private static IResult Issue(
        [FromForm(Name = "grant_type")] string? grant, [FromForm] string? scope, HttpRequest request, HttpResponse response, TokenServer tokens)
    {
        if (ClientOf(request) is not { } client)
        {
            response.Headers.WWWAuthenticate = "Basic realm=\"sandbox\"";
            return Error(401, "invalid_client");
        }

        if (grant is not "client_credentials")
            return Error(400, grant is null ? "invalid_request" : "unsupported_grant_type");
        if (scope is "forbidden")
            return Error(400, "invalid_scope");

        var (token, life) = tokens.Issue(client);
        response.Headers.CacheControl = "no-store";
        var answer = new JsonObject { ["access_token"] = token, ["token_type"] = "Bearer", ["expires_in"] = life };
        if (scope is not null)
            answer["scope"] = scope;
        return new Answer(200, answer).ToResult();
    }

    private static IResult Create(
        string kind, Call call, HttpRequest request, HttpResponse response, ResourceShelf shelf, Ledger ledger, TokenServer tokens)
    {
        if (AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var shown)
            && shown.Scheme is "Bearer" && tokens.IsGood(shown.Parameter ?? ""))
        {
            return ledger.Perform(call, () => shelf.Create(request, kind, call.Json)).ToResult();
        }

        response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return ledger.Note(call, Outcome.Refused, Answer.Error(401, "the token is not good")).ToResult();
    }

    /// <summary>Any client may come, with the one secret.</summary>
    private static string? ClientOf(HttpRequest request)
    {
        var known = request.HttpContext.RequestServices.GetRequiredService<IConfiguration>()["Sandbox:ClientSecret"] ?? UsualClientSecret;
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var shown) || shown.Scheme is not "Basic")
            return null;

        var pair = new byte[shown.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(shown.Parameter ?? "", pair, out var length)
            && Encoding.ASCII.GetString(pair, 0, length).Split(':') is [var client, var secret]
            && Uri.UnescapeDataString(secret) == known
            ? Uri.UnescapeDataString(client)
            : null;
    }

    private static IResult Error(int status, string error) => new Answer(status, new JsonObject { ["error"] = error }).ToResult();
}
