using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>A GitHub App: its installation, and tokens for what it signs.</summary>
internal static class AppEndpoints
{
    private const long Installation = 42;

    public static void MapApps(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/repos/{owner}/{name}/installation", (Bench bench, Apps apps, TimeProvider clock) =>
            apps.WhyRefused(bench.Request, clock.GetUtcNow()) is { } refusal
                ? ApiAnswer.Error(401, refusal)
                : bench.With(json => ApiAnswer.Of(json.Installation(Installation))));
        routes.MapPost("/app/installations/{id:long}/access_tokens", (long id, Call _, HttpRequest request, Apps apps, TimeProvider clock) =>
        {
            if (apps.WhyRefused(request, clock.GetUtcNow()) is { } refusal)
                return ApiAnswer.Error(401, refusal);
            return id == Installation
                ? ApiAnswer.Of(new JsonObject { ["token"] = $"ghs_{Guid.NewGuid():n}", ["expires_at"] = GitHubJson.Time(clock.GetUtcNow() + apps.Life) }, 201)
                : ApiAnswer.NotFound();
        });
    }

    public static void MapAppControl(this IEndpointRouteBuilder routes) => routes.MapPost("/sandbox/github/apps", (AppOrder order, Apps apps) =>
    {
        apps.Set(order);
        return Results.NoContent();
    });
}

/// <summary>The only App.</summary>
internal sealed class Apps
{
    private AppOrder? _app;

    public TimeSpan Life => TimeSpan.FromSeconds(_app?.LifeSeconds ?? 3600);

    public void Set(AppOrder order) => _app = order;

    /// <summary>As GitHub judges a JSON Web Token of an App; null when it is good.</summary>
    public string? WhyRefused(HttpRequest request, DateTimeOffset now)
    {
        const string undecodable = "A JSON web token could not be decoded";
        if (_app is not { } app || request.Headers.Authorization.ToString().Split(' ') is not ["Bearer", var token] || token.Split('.') is not [var head, var claims, var signature])
            return undecodable;

        using var key = RSA.Create();
        key.ImportFromPem(app.PublicKey);
        if (!key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{claims}"), WebEncoders.Base64UrlDecode(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return undecodable;

        var said = JsonNode.Parse(WebEncoders.Base64UrlDecode(claims))!;
        var (issued, expires) = ((long)said["iat"]!, (long)said["exp"]!);
        if (said["iss"]?.ToString() != app.Id)
            return "Integration not found";
        if (expires > now.ToUnixTimeSeconds() + 600)
            return "'Expiration time' claim ('exp') is too far in the future";
        return issued > now.ToUnixTimeSeconds() || expires < now.ToUnixTimeSeconds() ? "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued" : null;
    }
}

/// <param name="Id">Its client id.</param>
/// <param name="PublicKey">As PEM.</param>
/// <param name="LifeSeconds">How long its tokens are good; an hour when it is not given.</param>
internal sealed record AppOrder(string Id, string PublicKey, int? LifeSeconds);
