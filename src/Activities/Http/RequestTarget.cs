using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pao.Activities.Http;

/// <summary>The method and URL that a document names.</summary>
internal static class RequestTarget
{
    private static readonly HashSet<string> Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static HttpRequestMessage Create(ActionConfig config, string defaultMethod)
    {
        var method = (config.FindText("endpoint.method") ?? defaultMethod).ToUpperInvariant();
        if (!Methods.Contains(method))
            throw ActionFailure.Invalid($"'endpoint.method' is '{method}'; it must be one of {string.Join(", ", Methods)}.");

        return new HttpRequestMessage(new HttpMethod(method), Address(config, "endpoint.url"));
    }

    public static Uri Of(HttpRequestMessage request) =>
        request.RequestUri ?? throw new InvalidOperationException("A request goes somewhere.");

    /// <summary>The origin of <c>endpoint.url</c>; null when a template or a secret decides it.</summary>
    public static string? SystemOf(JsonObject config)
    {
        var url = (config["endpoint"] as JsonObject)?["url"] is JsonValue value && value.GetValueKind() is JsonValueKind.String
            ? value.GetValue<string>()
            : "";
        return url.Split(['/', '?', '#'], 4) is [var scheme, "", var authority, ..]
            && !authority.Contains('{', StringComparison.Ordinal)
            && Uri.TryCreate($"{scheme}//{authority}", UriKind.Absolute, out var address)
                ? address.GetLeftPart(UriPartial.Authority)
                : null;
    }

    /// <summary>A further address of the same action. What it authenticates itself with goes to the endpoint's host only.</summary>
    public static Uri SameOrigin(ActionConfig config, string text, string path)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.UserInfo.Length > 0)
            throw ActionFailure.Invalid($"'{path}' must be an absolute URL without a user name.");

        return IsSameOrigin(address, Address(config, "endpoint.url"))
            ? address
            : throw ActionFailure.Invalid($"'{path}' must be on the same host as 'endpoint.url'.");
    }

    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.GetLeftPart(UriPartial.Authority).Equals(other.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the members of <c>query</c> to the URL, each value percent-encoded.</summary>
    public static void AddQuery(HttpRequestMessage request, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var added = string.Join('&', parameters.Select(parameter =>
            $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"));
        if (added.Length is 0 || request.RequestUri is not { } address)
            return;

        request.RequestUri = new UriBuilder(address)
        {
            Query = address.Query.Length > 1 ? $"{address.Query}&{added}" : added,
        }.Uri;
    }

    /// <summary>Names with one value or several.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parameters(ActionConfig config, string path) =>
        from member in config.Members(path)
        from value in member.Value is JsonArray several ? several.AsEnumerable() : [member.Value]
        where value is not null
        select KeyValuePair.Create(member.Key, config.Secrets.Text(value, $"{path}.{member.Key}"));

    /// <summary>A URL of a document: absolute, by http or https, with nobody's name in it.</summary>
    public static Uri Address(ActionConfig config, string path)
    {
        var text = config.Text(path, Uri.EscapeDataString);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw ActionFailure.Invalid($"'{path}' must be an absolute http or https URL.");

        return address.UserInfo.Length is 0
            ? address
            : throw ActionFailure.Invalid($"'{path}' has a user name or password in it; use 'authentication'.");
    }
}
