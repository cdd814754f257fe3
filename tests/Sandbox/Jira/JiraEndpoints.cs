using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>The part of JIRA's REST API that the service uses: version 3 of the cloud, version 2 of a data center.</summary>
internal static class JiraEndpoints
{
    public static void MapJira(this IEndpointRouteBuilder routes)
    {
        JiraControl.Map(routes);

        var api = routes.MapGroup("/jira/{site}/rest/api/{version:regex(^[23]$)}").AddEndpointFilter<JiraAuthentication>();
        api.MapPost("/issue", Create);
        api.MapGet("/issue/{key}", Get);
        api.MapPost("/search/jql", Search);
        api.MapPost("/search", SearchAsBefore);
        api.MapGet("/field", (JiraCall call) => call.Read(new JsonArray([.. JiraField.All.Select(field => field.ToJson())])));
        api.MapGet("/project/{key}/statuses", Statuses);
        api.MapPost("/issueLink", Link);
        JiraTicketEndpoints.Map(api);
    }

    private static IResult Create(JiraCall call, JiraResolver resolver)
    {
        if (call.Raw.Json is null || call.Body["fields"] is not JsonObject fields)
            return call.Refuse(400, JiraErrors.Message("Can not deserialize the body: an object with 'fields' is wanted."));

        lock (call.Site.Gate)
        {
            var creation = new JiraCreation(fields, call.IsCloud, call.Site.Exists);
            if (creation.Mistakes() is { } mistakes)
                return call.Refuse(400, mistakes);

            var issue = call.Site.Create(creation.Project!, fields, call.Body["properties"] as JsonArray ?? []);
            resolver.Plan(call.Site, issue, call.Api);
            return call.Made(201, new JsonObject { ["id"] = issue.Id, ["key"] = issue.Key, ["self"] = $"{call.Api}/issue/{issue.Id}" });
        }
    }

    private static IResult Get(string key, JiraCall call)
    {
        lock (call.Site.Gate)
        {
            if (call.Site.Find(key) is not { } issue)
                return call.NoIssue();

            var shown = issue.ToJson(call.Api, call.List("fields"), call.List("properties"));
            if (call.List("expand").Contains("names"))
                shown["names"] = new JsonObject(((JsonObject)shown["fields"]!)
                    .Select(field => KeyValuePair.Create(field.Key, (JsonNode?)(JiraField.Find(field.Key)?.Name ?? field.Key))));
            return call.Read(shown);
        }
    }

    private static IResult Search(JiraCall call) => call.IsCloud
        ? Find(call, found => new JsonObject { ["issues"] = found, ["isLast"] = true })
        : call.Refuse(404, JiraErrors.Message("null for uri: search/jql"));

    private static IResult SearchAsBefore(JiraCall call) => call.IsCloud
        ? call.Refuse(410, JiraErrors.Message("The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."))
        : Find(call, found => new JsonObject { ["startAt"] = 0, ["maxResults"] = 50, ["total"] = found.Count, ["issues"] = found });

    private static IResult Find(JiraCall call, Func<JsonArray, JsonObject> answer)
    {
        if (Jql.Parse((string?)call.Body["jql"] ?? "", out var problem) is not { } query)
            return call.Refuse(400, JiraErrors.Message(problem));

        if (query.Clauses.Where(clause => clause.Field is "project").SelectMany(clause => clause.Values).FirstOrDefault(key => JiraProject.Find(key) is null) is { } unknown)
            return call.Refuse(400, JiraErrors.Message($"The value '{unknown}' does not exist for the field 'project'."));

        lock (call.Site.Gate)
        {
            var fields = Texts(call.Body["fields"]);
            var properties = Texts(call.Body["properties"]);
            var most = (int?)call.Body["maxResults"] ?? 50;
            return call.Read(answer(new JsonArray([.. call.Site.Search(query).Take(most)
                .Select(issue => issue.ToJson(call.Api, fields.Count == 0 ? ["id"] : fields, properties))])));
        }
    }

    private static IResult Statuses(string key, JiraCall call) => JiraProject.Find(key) is { } project
        ? call.Read(new JsonArray([.. project.IssueTypes.Select((type, index) => new JsonObject
        {
            ["self"] = $"{call.Api}/issuetype/{index}",
            ["id"] = $"{index}",
            ["name"] = type,
            ["subtask"] = false,
            ["statuses"] = new JsonArray([.. JiraStatus.All.Select(status => status.ToJson(call.Api))]),
        })]))
        : call.Refuse(404, JiraErrors.Message($"No project could be found with key '{key}'."));

    private static IResult Link(JiraCall call)
    {
        lock (call.Site.Gate)
        {
            var inward = call.Site.Find((string?)call.Body["inwardIssue"]?["key"] ?? "");
            var outward = call.Site.Find((string?)call.Body["outwardIssue"]?["key"] ?? "");
            if (!call.Site.Settings.IssueLinking)
                return call.Refuse(404, JiraErrors.Message("Issue linking is currently disabled."));
            if (inward is null || outward is null)
                return call.NoIssue();
            if ((string?)call.Body["type"]?["name"] is not "Blocks")
                return call.Refuse(404, JiraErrors.Message("No issue link type with the name could be found."));

            JiraSite.Link("Blocks", inward, outward);
            return call.Made(201, []);
        }
    }

    private static List<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(text => (string?)text ?? "")];
}
