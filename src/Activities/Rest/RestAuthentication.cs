using System.Text;
using Pao.Activities.Http;

namespace Pao.Activities.Rest;

/// <summary>How a call says who makes it.</summary>
internal static class RestAuthentication
{
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
            case "oauth2-client-credentials":
                throw ActionFailure.Unsupported(
                    "The authentication 'oauth2-client-credentials' is not supported by this version; nothing was called.");
            case var type:
                throw ActionFailure.Invalid($"'authentication.type' is '{type}'; it must be bearer, basic or api-key.");
        }
    }

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
