using System.Text.Json.Nodes;

namespace Pao.Catalog.Templates;

/// <summary>The kinds of places that a string of a configuration ends up in.</summary>
internal enum Landing
{
    /// <summary>Taken as it is: no templates.</summary>
    Fixed,
    Text,
    Url,
    Header,

    /// <summary>A value of its own, which the executor encodes: the query's, a form's.</summary>
    Value,

    /// <summary>A JSON document written as text.</summary>
    Json,

    /// <summary>A form written as text.</summary>
    Form,

    /// <summary>Part of a structure, which the executor serialises: keeps its type.</summary>
    Typed,
}

internal static class Landings
{
    public static string BodyType(JsonObject config) =>
        Values.Text((config["body"] as JsonObject)?["type"]) ?? "json";

    /// <param name="path">The keys from <c>config</c> down to the string.</param>
    /// <param name="bodyType">The type of a REST call's body: json, form or text. A webhook's is always JSON.</param>
    public static Landing Of(string actionType, IReadOnlyList<string> path, string bodyType) => (actionType, path) switch
    {
        (ActionTypes.RestApi or ActionTypes.Webhook, ["endpoint", "url"]) => Landing.Url,
        (ActionTypes.RestApi, ["poll", "url"] or ["authentication", "tokenUrl"]) => Landing.Url,
        (ActionTypes.RestApi or ActionTypes.Webhook, ["headers", ..]) => Landing.Header,
        (ActionTypes.RestApi, ["query", ..]) => Landing.Value,
        (ActionTypes.RestApi, ["authentication", "type"]) => Landing.Fixed,
        (ActionTypes.RestApi, ["authentication", ..]) => Landing.Header,
        (ActionTypes.Webhook, ["signing", "secret"]) => Landing.Text,
        (ActionTypes.RestApi, ["body", "contentTemplate", ..]) => Body(path.Count == 2, bodyType),
        (ActionTypes.Webhook, ["body", "template", ..]) => Body(path.Count == 2, "json"),
        (ActionTypes.Custom, ["input", ..]) => Landing.Typed,
        (ActionTypes.RestApi or ActionTypes.Webhook or ActionTypes.Custom, _) => Landing.Fixed,
        _ => Landing.Text,
    };

    private static Landing Body(bool isText, string bodyType) => (isText, bodyType) switch
    {
        (true, "json") => Landing.Json,
        (true, "form") => Landing.Form,
        (false, "json") => Landing.Typed,
        (false, "form") => Landing.Value,
        _ => Landing.Text,
    };
}
