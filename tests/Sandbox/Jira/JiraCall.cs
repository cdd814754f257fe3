using System.Text.Json.Nodes;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Jira;

/// <summary>A call to one JIRA, and the ways to answer it. What it changes is noted in the ledger under PAO's own key.</summary>
internal sealed record JiraCall(JiraSite Site, string Version, Call Raw, string Api, Ledger Ledger, IQueryCollection Query)
{
    /// <summary>Every property that PAO sets has a name that begins so; its <c>key</c> says for which action it is.</summary>
    private const string OwnProperty = "pao.";

    public bool IsCloud => Version is "3";

    public JsonObject Body => Raw.Json ?? [];

    public static async ValueTask<JiraCall?> BindAsync(HttpContext context)
    {
        var raw = await Call.BindAsync(context);
        var request = context.Request;
        var (site, version) = ((string)request.RouteValues["site"]!, (string)request.RouteValues["version"]!);
        return raw is null ? null : new JiraCall(
            context.RequestServices.GetRequiredService<JiraSites>().Get(site), version, raw,
            $"{request.Scheme}://{request.Host}/jira/{site}/rest/api/{version}",
            context.RequestServices.GetRequiredService<Ledger>(), request.Query);
    }

    public IReadOnlyList<string> List(string name) =>
        [.. Query[name].SelectMany(value => (value ?? "").Split(',')).Where(value => value.Length > 0)];

    public IResult Made(int status, JsonObject body)
    {
        var properties = Body["properties"] as JsonArray ?? [];
        var own = properties.OfType<JsonObject>().FirstOrDefault(property => ((string?)property["key"] ?? "").StartsWith(OwnProperty, StringComparison.Ordinal));
        Ledger.Note(Raw with { Key = (string?)own?["value"]?["key"] }, Outcome.Effect, new Answer(status, body));
        return status is 204 ? Results.NoContent() : Json(status, body);
    }

    public IResult Read(JsonNode body)
    {
        Ledger.Note(Raw with { Key = null }, Outcome.Read, new Answer(200, []));
        return Json(200, body);
    }

    public IResult Refuse(int status, JsonObject body)
    {
        Ledger.Note(Raw with { Key = null }, Outcome.Refused, new Answer(status, body));
        return Json(status, body);
    }

    public IResult NoIssue() => Refuse(404, JiraErrors.Message("Issue does not exist or you do not have permission to see it."));

    private static IResult Json(int status, JsonNode body) =>
        Results.Text(body.ToJsonString(), "application/json;charset=UTF-8", statusCode: status);
}
