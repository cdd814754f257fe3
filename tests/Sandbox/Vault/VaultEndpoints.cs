using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Vault;

/// <summary>The part of Vault's HTTP API (https://developer.hashicorp.com/vault/api-docs) that reads secrets and logs in.</summary>
internal static class VaultEndpoints
{
    /// <summary>What a test says to the server, beside the API.</summary>
    public static void MapVaultOperator(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/vault/operator/secrets/{**path}", (string path, string? space, JsonObject values, VaultServer vault) => vault.Put(space ?? "", path, values));
        routes.MapPut("/vault/operator/tokens/{token}", (string token, bool renewable, VaultServer vault) => vault.Adopt(token, renewable));
        routes.MapPost("/vault/operator/revoke", (VaultServer vault) => vault.RevokeAll());
        routes.MapPost("/vault/operator/life/{seconds:int}", (int seconds, VaultServer vault) => { vault.Life = seconds; });
        routes.MapPost("/vault/operator/fail/{status:int}/{times:int}", (int status, int times, VaultServer vault) => vault.FailNext(status, times));
        routes.MapGet("/vault/operator/counts", (VaultServer vault) => vault.Counts);
    }

    public static void MapVault(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/vault/v1").AddEndpointFilter(Fault);
        api.MapPost("/auth/approle/login", (Call call, VaultServer vault) => Login(
            vault, "approle", (string?)call.Json?["role_id"] == "sandbox-role" && (string?)call.Json?["secret_id"] == "sandbox-secret-id", 400, "invalid role or secret ID"));
        api.MapPost("/auth/kubernetes/login", (Call call, VaultServer vault) => Login(
            vault, "kubernetes", (string?)call.Json?["role"] == "pao" && (string?)call.Json?["jwt"] == "sandbox-service-account-jwt", 403, "permission denied"));
        api.MapGet("/auth/token/lookup-self", LookUp);
        api.MapPost("/auth/token/renew-self", Renew);
        api.MapGet("/{mount}/data/{**path}", Read);
    }

    // 599 stands for an answer that never comes.
    private static async ValueTask<object?> Fault(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        switch (context.HttpContext.RequestServices.GetRequiredService<VaultServer>().NextFault())
        {
            case null:
                return await next(context);
            case 599:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.HttpContext.RequestAborted);
                return null;
            case { } status:
                return Errors(status, status is 503 ? "Vault is sealed" : "a planned fault");
        }
    }

    private static IResult Login(VaultServer vault, string method, bool isRight, int refusal, string message)
    {
        vault.Count($"login-{method}");
        return isRight ? Answer("auth", Auth(vault, vault.Issue())) : Errors(refusal, message);
    }

    private static IResult LookUp(HttpRequest request, VaultServer vault)
    {
        vault.Count("lookup");
        var token = TokenOf(request);
        return vault.Look(token) is var (left, isRenewable)
            ? Answer("data", new JsonObject { ["id"] = token, ["ttl"] = left, ["renewable"] = isRenewable, ["type"] = "service", ["policies"] = new JsonArray("default") })
            : Errors(403, "permission denied");
    }

    private static IResult Renew(HttpRequest request, VaultServer vault)
    {
        vault.Count("renew");
        var token = TokenOf(request);
        return vault.Renew(token) ? Answer("auth", Auth(vault, token)) : Errors(vault.IsGood(token) ? 400 : 403, "permission denied");
    }

    private static IResult Read(string mount, string path, HttpRequest request, VaultServer vault)
    {
        vault.Count("read");
        if (!vault.IsGood(TokenOf(request)) || path.StartsWith("forbidden/", StringComparison.Ordinal))
            return Errors(403, "permission denied");

        return vault.Find(request.Headers["X-Vault-Namespace"].ToString(), $"{mount}/{path}") is { } values
            ? Answer("data", new JsonObject
            {
                ["data"] = values.DeepClone(),
                ["metadata"] = new JsonObject { ["created_time"] = "2026-01-01T00:00:00Z", ["custom_metadata"] = null, ["deletion_time"] = "", ["destroyed"] = false, ["version"] = 1 },
            })
            : Errors(404);
    }

    private static JsonObject Auth(VaultServer vault, string token) => new()
    {
        ["client_token"] = token,
        ["accessor"] = "accessor",
        ["policies"] = new JsonArray("default"),
        ["token_policies"] = new JsonArray("default"),
        ["metadata"] = null,
        ["lease_duration"] = vault.Life,
        ["renewable"] = true,
        ["entity_id"] = "",
        ["token_type"] = "service",
        ["orphan"] = true,
    };

    private static IResult Answer(string member, JsonObject content)
    {
        var answer = new JsonObject
        {
            ["request_id"] = Guid.NewGuid().ToString(),
            ["lease_id"] = "",
            ["renewable"] = false,
            ["lease_duration"] = 0,
            ["data"] = null,
            ["wrap_info"] = null,
            ["warnings"] = null,
            ["auth"] = null,
        };
        answer[member] = content;
        return new Answer(200, answer).ToResult();
    }

    private static IResult Errors(int status, params string[] errors) =>
        new Answer(status, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]) }).ToResult();

    private static string TokenOf(HttpRequest request) => request.Headers["X-Vault-Token"].ToString();
}
