using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>What is done to a ticket that is there: transitions, comments, properties.</summary>
internal static class JiraTicketEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/issue/{key}/transitions", (string key, JiraCall call) => OnIssue(key, call, issue => Transitions(call, issue)));
        api.MapPost("/issue/{key}/transitions", (string key, JiraCall call, JiraHooks hooks) => OnIssue(key, call, issue => Transition(call, issue, hooks)));
        api.MapGet("/issue/{key}/comment", (string key, JiraCall call) => OnIssue(key, call, issue => Comments(call, issue)));
        api.MapPost("/issue/{key}/comment", (string key, JiraCall call) => OnIssue(key, call, issue => Comment(call, issue)));
        api.MapGet("/issue/{key}/properties/{name}", (string key, string name, JiraCall call) => OnIssue(key, call, issue => Property(call, issue, name)));
    }

    private static IResult OnIssue(string key, JiraCall call, Func<JiraIssue, IResult> answer)
    {
        lock (call.Site.Gate)
            return call.Site.Find(key) is { } issue ? answer(issue) : call.NoIssue();
    }

    private static IResult Transitions(JiraCall call, JiraIssue issue) => call.Read(new JsonObject
    {
        ["expand"] = "transitions",
        ["transitions"] = new JsonArray([.. Open(issue).Select(status => new JsonObject
        {
            ["id"] = status.Id,
            ["name"] = status.Transition,
            ["to"] = status.ToJson(call.Api),
            ["hasScreen"] = false,
            ["isGlobal"] = false,
            ["isInitial"] = false,
            ["isConditional"] = false,
        })]),
    });

    private static IResult Transition(JiraCall call, JiraIssue issue, JiraHooks hooks)
    {
        var id = (string?)call.Body["transition"]?["id"];
        if (Open(issue).FirstOrDefault(status => status.Id == id) is not { } status)
            return call.Refuse(400, JiraErrors.Message($"It seems that you have tried to perform an invalid workflow operation: {id}."));

        var from = issue.Status.Name;
        issue.Status = status;
        issue.Resolution = status.Resolution;
        hooks.IssueUpdated(call.Site, issue, call.Api, from);
        return call.Made(204, []);
    }

    private static IResult Comments(JiraCall call, JiraIssue issue)
    {
        var newestFirst = ((string?)call.Query["orderBy"])?.StartsWith('-') is true;
        var withProperties = call.List("expand").Contains("properties");
        var (start, most) = (Number(call, "startAt", 0), Number(call, "maxResults", 50));
        var ordered = newestFirst ? issue.Comments.AsEnumerable().Reverse() : issue.Comments;
        return call.Read(new JsonObject
        {
            ["startAt"] = start,
            ["maxResults"] = most,
            ["total"] = issue.Comments.Count,
            ["comments"] = new JsonArray([.. ordered.Skip(start).Take(most).Select(comment => comment.ToJson($"{call.Api}/issue/{issue.Id}", withProperties))]),
        });
    }

    private static IResult Comment(JiraCall call, JiraIssue issue)
    {
        var body = call.Body["body"];
        var isRight = call.IsCloud ? AdfCheck.IsDocument(body) : body is JsonValue text && text.TryGetValue<string>(out var words) && words.Trim().Length > 0;
        if (!isRight)
            return call.Refuse(400, new JsonObject { ["errorMessages"] = new JsonArray(), ["errors"] = new JsonObject { ["comment"] = "Comment body is not valid!" } });

        var comment = call.Site.Comment(issue, body, call.Body["properties"] as JsonArray ?? []);
        return call.Made(201, comment.ToJson($"{call.Api}/issue/{issue.Id}", withProperties: false));
    }

    private static IResult Property(JiraCall call, JiraIssue issue, string name) => issue.Properties.TryGetValue(name, out var value)
        ? call.Read(new JsonObject { ["key"] = name, ["value"] = value?.DeepClone() })
        : call.Refuse(404, JiraErrors.Message($"The property with key '{name}' does not exist."));

    /// <summary>Any status leads to any other but itself, and out of the closed ones only the first.</summary>
    private static IEnumerable<JiraStatus> Open(JiraIssue issue) => JiraStatus.All.Where(status =>
        issue.Status.Category is "done" ? status == JiraStatus.Initial : status != issue.Status);

    private static int Number(JiraCall call, string name, int otherwise) =>
        int.TryParse(call.Query[name], out var number) ? number : otherwise;
}
