using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.Http;

namespace Pao.Activities.Rest;

/// <summary>The request that a <c>rest-api</c> action describes.</summary>
internal static class RestRequest
{
    public static HttpRequestMessage Create(ActionConfig config)
    {
        var request = RequestTarget.Create(config, defaultMethod: "GET");
        request.Content = Body(config);
        RequestTarget.AddQuery(request, RequestTarget.Parameters(config, "query"));
        RequestHeaders.Apply(request, config, config.Secrets);
        RestAuthentication.Apply(request, config);

        return Accepting(request);
    }

    /// <summary>A question about what the action made: its headers and its authentication, and no body.</summary>
    public static HttpRequestMessage Ask(ActionConfig config, Uri address, HttpMethod method)
    {
        var request = new HttpRequestMessage(method, address);
        RequestHeaders.ApplyToQuestion(request, config, config.Secrets);
        RestAuthentication.Apply(request, config);
        return Accepting(request);
    }

    private static HttpRequestMessage Accepting(HttpRequestMessage request)
    {
        if (!request.Headers.NonValidated.Contains("Accept"))
            request.Headers.Accept.ParseAdd("application/json, */*;q=0.5");
        return request;
    }

    private static StringContent? Body(ActionConfig config)
    {
        if (config.Find("body") is null)
            return null;

        var template = config.Find("body.contentTemplate");
        var isText = template is null or JsonValue || Secrets.SecretScope.IsReference(template);
        return config.FindText("body.type") switch
        {
            null or "json" => Content(isText ? JsonText(config) : Json(config, template), "application/json"),
            "form" => Content(isText ? Raw(config, Uri.EscapeDataString) : Form(config), "application/x-www-form-urlencoded"),
            "text" when isText => Content(Raw(config, encodeSecret: null), "text/plain"),
            "text" => throw ActionFailure.Invalid("'body.contentTemplate' must be a text, as 'body.type' is 'text'."),
            var type => throw ActionFailure.Invalid($"'body.type' is '{type}'; it must be json, form or text."),
        };
    }

    private static string Raw(ActionConfig config, Func<string, string>? encodeSecret) =>
        config.Text("body.contentTemplate", encodeSecret);

    private static string JsonText(ActionConfig config)
    {
        var text = Raw(config, secret => JsonEncodedText.Encode(secret).Value);
        try
        {
            using var valid = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException mistake)
        {
            throw ActionFailure.Invalid(
                $"'body.contentTemplate' is not JSON once rendered (line {mistake.LineNumber + 1}, position "
                + $"{mistake.BytePositionInLine + 1}); set 'body.type' to text if it is not meant to be.");
        }
    }

    private static string Json(ActionConfig config, JsonNode? template) =>
        config.Secrets.Resolve(template, "body.contentTemplate")?.ToJsonString() ?? "null";

    private static string Form(ActionConfig config) =>
        string.Join('&', RequestTarget.Parameters(config, "body.contentTemplate").Select(field =>
            $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));

    private static StringContent Content(string text, string mediaType) => new(text, Encoding.UTF8, mediaType);
}
