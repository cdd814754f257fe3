using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.Http;

namespace Pao.Activities.Secrets.Stores.Vault;

/// <summary>PAO's login at one Vault: gets a token, renews it when two thirds of its time are over, logs in anew when that fails.</summary>
internal sealed class VaultSession(SecretStoreOptions options, StoreHttp http, Redactor redactor, TimeProvider clock)
{
    private readonly SharedFetch<VaultToken> _token = new();

    /// <summary>A token that can be used, and is another one than was refused.</summary>
    public Task<VaultToken> TokenAsync(VaultToken? refused, CancellationToken cancellationToken) =>
        _token.GetAsync(
            known => !ReferenceEquals(known, refused) && clock.GetUtcNow() < known.RenewAt,
            known => RefreshAsync(ReferenceEquals(known, refused) ? null : known),
            cancellationToken);

    /// <summary>Renews a token that would run out although nothing is read.</summary>
    public async Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        if (options is { Login: VaultLogin.Token, TokenFile: null or "" })
            await TokenAsync(refused: null, cancellationToken);
    }

    public async Task<(int Status, string Text)> SendAsync(
        HttpMethod method, string path, JsonObject? body, VaultToken? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{options.Address?.AbsoluteUri.TrimEnd('/')}/v1/{path}"));
        request.Headers.Add("X-Vault-Request", "true"); // so that nothing that only relays can ask Vault
        if (options.Namespace is { Length: > 0 } space)
            request.Headers.Add("X-Vault-Namespace", space);
        if (token is not null)
            request.Headers.Add("X-Vault-Token", token.Value);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await http.SendAsync(request, cancellationToken);
    }

    /// <summary>What an answer means that is neither what was asked for nor a refusal.</summary>
    public static SecretStoreException Failed(string what, int status) => new(
        $"Vault answered {status} to {what}{(status is 503 ? " (it is sealed, or in maintenance)" : "")}.",
        isPassing: status is 412 or 429 or 472 or 473 or >= 500);

    private async Task<VaultToken> RefreshAsync(VaultToken? known)
    {
        using var time = new CancellationTokenSource(options.Timeout, clock);
        if (known is { IsRenewable: true } && await RenewAsync(known, time.Token) is { } renewed)
            return renewed;

        return options.Login is VaultLogin.Token ? await OwnTokenAsync(time.Token) : await LoginAsync(time.Token);
    }

    private async Task<VaultToken?> RenewAsync(VaultToken token, CancellationToken cancellationToken)
    {
        var (status, text) = await SendAsync(HttpMethod.Post, "auth/token/renew-self", [], token, cancellationToken);
        return status switch
        {
            200 when StoreHttp.Read(text)?["auth"] is JsonObject auth => VaultToken.Of(token.Value, auth, "lease_duration", clock),
            400 or 403 => null, // its time is over, or it was revoked
            _ => throw Failed("the renewal of its token", status),
        };
    }

    /// <summary>A token that an operator gave: how long it lives is not known before it is asked.</summary>
    private async Task<VaultToken> OwnTokenAsync(CancellationToken cancellationToken)
    {
        var value = Read(options.Token, options.TokenFile, "TokenFile");
        redactor.Protect(value);
        var (status, text) = await SendAsync(HttpMethod.Get, "auth/token/lookup-self", null, new VaultToken(value, default, false), cancellationToken);
        return status switch
        {
            200 when StoreHttp.Read(text)?["data"] is JsonObject data => VaultToken.Of(value, data, "ttl", clock),
            403 => throw new SecretStoreException("Vault does not take PAO's token: it is wrong, revoked or over. Set another one (Token, TokenFile).", isPassing: false),
            _ => throw Failed("the look-up of its token", status),
        };
    }

    private async Task<VaultToken> LoginAsync(CancellationToken cancellationToken)
    {
        var (mount, body) = options.Login is VaultLogin.AppRole
            ? ("approle", new JsonObject { ["role_id"] = options.RoleId, ["secret_id"] = Shown(Read(options.SecretId ?? "", options.SecretIdFile, "SecretIdFile")) })
            : ("kubernetes", new JsonObject { ["role"] = options.Role, ["jwt"] = Shown(Read(null, options.ServiceAccountTokenFile, "ServiceAccountTokenFile")) });
        var (status, text) = await SendAsync(
            HttpMethod.Post, $"auth/{(options.LoginMount ?? mount).Trim('/')}/login", body, token: null, cancellationToken);
        if (status is 200 && StoreHttp.Read(text)?["auth"] is JsonObject auth && (string?)auth["client_token"] is { Length: > 0 } token)
        {
            redactor.Protect(token);
            return VaultToken.Of(token, auth, "lease_duration", clock);
        }

        throw status is 400 or 403
            ? new SecretStoreException($"Vault does not let PAO log in by {options.Login}: its role or credentials are wrong or over ({status}).", isPassing: false)
            : Failed($"the login by {options.Login}", status);
    }

    private string Shown(string value)
    {
        redactor.Protect(value);
        return value;
    }

    // Read each time: whoever writes the file may have written a newer one.
    private static string Read(string? value, string? file, string key)
    {
        if (string.IsNullOrEmpty(file))
            return value ?? "";

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new SecretStoreException($"The file that {key} names cannot be read.", isPassing: true, missing);
        }
    }
}
