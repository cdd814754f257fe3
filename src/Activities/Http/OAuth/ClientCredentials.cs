using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Pao.Activities.Secrets;

namespace Pao.Activities.Http.OAuth;

/// <summary>Who asks which server for a token, and for what. A class and no record: its text would show the secret.</summary>
internal sealed class ClientCredentials(Uri tokenUrl, string clientId, string clientSecret, string? scope, string? audience)
{
    public Uri TokenUrl => tokenUrl;

    /// <summary>Tells these credentials from others, and nothing about them.</summary>
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', tokenUrl.AbsoluteUri, clientId, clientSecret, scope, audience))));

    /// <summary>The request for a token, by RFC 6749, 4.4.2; the client shows who it is as 2.3.1 prefers.</summary>
    public HttpRequestMessage ToRequest(SecretScope secrets)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (scope is not null)
            form["scope"] = scope;
        if (audience is not null)
            form["audience"] = audience;

        var pair = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(clientSecret)}"));
        secrets.Protect(clientSecret);
        secrets.Protect(pair);
        return new HttpRequestMessage(HttpMethod.Post, tokenUrl)
        {
            Content = new FormUrlEncodedContent(form),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", pair), Accept = { new("application/json") } },
        };
    }
}
