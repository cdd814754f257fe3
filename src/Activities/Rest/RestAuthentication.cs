using System.Text;
using Pao.Activities.Http;
using Pao.Activities.Http.OAuth;

namespace Pao.Activities.Rest;

/// <summary>How a call says who makes it.</summary>
internal static class RestAuthentication
{
    private const string OAuth2 = "oauth2-client-credentials";

    public static void Apply(HttpRequestMessage request, ActionConfig config)
    {
        if (config.Find("authentication") is null)
            return;

        switch (config.Text("authentication.type"))
        {
            case "bearer":
                RequestHeaders.Set(request, "Authorization", $"Bearer {Credential(config, "authentication.token")}");
                break;
            case "basic":
                var user = config.Text("authentication.username");
                var pair = Encoding.UTF8.GetBytes($"{user}:{Credential(config, "authentication.password")}");
                var encoded = Convert.ToBase64String(pair);
                config.Secrets.Protect(encoded);
                RequestHeaders.Set(request, "Authorization", $"Basic {encoded}");
                break;
            case "api-key":
                ApplyKey(request, config);
                break;
            case OAuth2:
                break; // the token is asked for when the call is made
            case var type:
                throw ActionFailure.Invalid($"'authentication.type' is '{type}'; it must be bearer, basic, api-key or {OAuth2}.");
        }
    }

    /// <summary>What a token is asked for with; null when the call needs none.</summary>
    public static ClientCredentials? ClientCredentials(ActionConfig config) =>
        config.FindText("authentication.type") is OAuth2
            ? new ClientCredentials(
                RequestTarget.Address(config, "authentication.tokenUrl"),
                config.Text("authentication.clientId"),
                Credential(config, "authentication.clientSecret"),
                config.FindText("authentication.scope"),
                config.FindText("authentication.audience"))
            : null;

    public static void Apply(HttpRequestMessage request, AccessToken token) =>
        RequestHeaders.Set(request, "Authorization", $"Bearer {token.Value}");

    private static void ApplyKey(HttpRequestMessage request, ActionConfig config)
    {
        var name = config.FindText("authentication.name") ?? config.FindText("authentication.header") ?? "X-API-Key";
        var value = Credential(config, "authentication.value");
        switch (config.FindText("authentication.in") ?? "header")
        {
            case "header":
                RequestHeaders.Set(request, name, value);
                break;
            case "query":
                RequestTarget.AddQuery(request, [KeyValuePair.Create(name, value)]);
                break;
            case var place:
                throw ActionFailure.Invalid($"'authentication.in' is '{place}'; it must be header or query.");
        }
    }

    // Masked even when the document has it in clear.
    private static string Credential(ActionConfig config, string path)
    {
        var value = config.Text(path);
        config.Secrets.Protect(value);
        return value;
    }
}
