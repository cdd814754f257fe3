using System.Text.Json.Nodes;

namespace Pao.Sandbox.Jira;

/// <summary>What a test may do that JIRA's API does not offer, and what a person would do in JIRA's pages.</summary>
internal static class JiraControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/jira/{site}/control");
        control.MapPost("/settings", (string site, JiraSettings settings, JiraSites sites) =>
        {
            sites.Get(site).Settings = settings;
            return Results.NoContent();
        });
        control.MapPost("/issues/{key}/move", Move);
        control.MapDelete("/issues/{key}/properties", Forget);
        control.MapGet("/issues", (string site, JiraSites sites, HttpRequest request) => Show(sites.Get(site), request));
        routes.MapGet("/jira/{site}/browse/{key}", (string site, string key, JiraSites sites, HttpRequest request) =>
            sites.Get(site).Find(key) is { } issue
                ? Results.Text(issue.ToJson(Api(site, request), [], ["*all"]).ToJsonString(), "application/json")
                : Results.NotFound());
    }

    /// <summary>A person moves a ticket, and fills fields in.</summary>
    private static IResult Move(string site, string key, MovedTicket moved, JiraSites sites, JiraResolver resolver, HttpRequest request)
    {
        var jira = sites.Get(site);
        lock (jira.Gate)
        {
            if (jira.Find(key) is not { } issue || JiraStatus.Find(moved.Status) is not { } status)
                return Results.NotFound();

            resolver.Move(jira, issue, Api(site, request), status, moved.Resolution, moved.Fields);
            return Results.NoContent();
        }
    }

    /// <summary>As after an import, which keeps the labels and loses the properties.</summary>
    private static IResult Forget(string site, string key, JiraSites sites)
    {
        var jira = sites.Get(site);
        lock (jira.Gate)
        {
            jira.Find(key)?.Properties.Clear();
            return Results.NoContent();
        }
    }

    private static IResult Show(JiraSite site, HttpRequest request)
    {
        lock (site.Gate)
            return Results.Text(
                new JsonArray([.. site.Issues.Select(issue => issue.ToJson(Api(site.Name, request), [], ["*all"]))]).ToJsonString(), "application/json");
    }

    private static string Api(string site, HttpRequest request) => $"{request.Scheme}://{request.Host}/jira/{site}/rest/api/2";
}

/// <summary>Where a person moves a ticket to.</summary>
internal sealed record MovedTicket(string Status, string? Resolution = null, JsonObject? Fields = null);
