using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.Http;
using Pao.Activities.Http.OAuth;
using Pao.Activities.Secrets;

namespace Pao.Activities.GitHub;

/// <summary>
/// The tokens of GitHub Apps, one for each installation, each kept until shortly before it runs out. Whoever needs the same one at
/// the same time waits for one request.
/// </summary>
internal sealed class AppTokens(OutgoingHttp http, TimeProvider clock)
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    // GitHub takes no more than ten minutes, and a clock that is a little behind.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, SharedFetch<AccessToken>> _slots = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A good token; another one than was refused, where somebody has not asked for it since.</summary>
    public async Task<AccessToken> GetAsync(
        GitHubOwner owner, GitHubAppOptions app, GitHubRepository repository, AccessToken? refused, SecretScope secrets, CancellationToken cancellationToken)
    {
        // Without an installation, each owner of the default has one of its own.
        var slot = _slots.GetOrAdd(
            string.Join('\n', owner.Options.Api, app.Id, app.InstallationId?.ToString(CultureInfo.InvariantCulture) ?? repository.Owner),
            _ => new SharedFetch<AccessToken>());
        var token = await slot.GetAsync(
            known => !ReferenceEquals(known, refused) && clock.GetUtcNow() < known.UsedUntil,
            _ => AskAsync(owner, app, repository, secrets),
            cancellationToken);
        secrets.Protect(token.Value);
        return token;
    }

    // Not ended with the caller that happened to begin it: others wait for it too.
    private async Task<AccessToken> AskAsync(GitHubOwner owner, GitHubAppOptions app, GitHubRepository repository, SecretScope secrets)
    {
        var signed = Sign(owner, app, secrets);
        var installation = app.InstallationId ?? Number((await CallAsync(owner, HttpMethod.Get, $"{repository.Path}/installation", signed, secrets))["id"])
            ?? throw ActionFailure.Unexpected($"GitHub '{owner.Name}' did not say which installation its App has in {repository.FullName}.");
        var answer = await CallAsync(owner, HttpMethod.Post, $"app/installations/{installation}/access_tokens", signed, secrets);
        if (answer["token"]?.ToString() is not { Length: > 0 } token
            || !DateTimeOffset.TryParse(answer["expires_at"]?.ToString(), CultureInfo.InvariantCulture, out var end))
            throw ActionFailure.Unexpected($"GitHub '{owner.Name}' answered without a token for its App.");

        secrets.Protect(token);
        return new AccessToken(token, end - Margin);
    }

    private async Task<JsonObject> CallAsync(GitHubOwner owner, HttpMethod method, string path, string signed, SecretScope secrets)
    {
        using var request = GitHubClient.Request(owner, method, path, body: null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", signed);
        try
        {
            var answer = await http.SendAsync(request, CallTimeout, secrets, CancellationToken.None);
            if (!answer.IsSuccess)
                throw GitHubRefusal.Of(HttpName.Of(request), owner, answer, RateLimit.PauseOf(answer, clock.GetUtcNow()), secrets);

            return answer.Body as JsonObject ?? throw ActionFailure.Lost($"{HttpName.Of(request)} was answered with something else than JSON.");
        }
        catch (ActionFailedException failure)
        {
            // Nothing but a token was asked for.
            throw failure.With(ActionEffect.None);
        }
    }

    /// <summary>A JSON Web Token, signed with the App's key (RS256).</summary>
    private string Sign(GitHubOwner owner, GitHubAppOptions app, SecretScope secrets)
    {
        var now = clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["iat"] = (now - Skew).ToUnixTimeSeconds(), ["exp"] = (now + Life).ToUnixTimeSeconds(), ["iss"] = app.Id,
        };
        var content = $"{Encoded("""{"alg":"RS256","typ":"JWT"}""")}.{Encoded(claims.ToJsonString())}";
        using var key = RSA.Create();
        try
        {
            // In an environment variable, line ends are often written as \n.
            key.ImportFromPem(secrets.Reveal(app.PrivateKey ?? "").Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            throw ActionFailure.Invalid($"The secret that {owner.ConfigurationPath}:App:PrivateKey names is no RSA private key in PEM.");
        }

        var signed = $"{content}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        secrets.Protect(signed);
        return signed;
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}
