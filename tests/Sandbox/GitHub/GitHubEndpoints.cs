using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.GitHub.Actions;

namespace Pao.Sandbox.GitHub;

/// <summary>GitHub's REST API, below <c>/github/api/v3</c> as a GitHub Enterprise Server has it.</summary>
internal static class GitHubEndpoints
{
    public static void MapGitHub(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/github/api/v3").AddEndpointFilter<GitHubFilter>();
        api.MapGet("/orgs/{organisation}/teams/{team}/members", Members);

        api.MapApps();

        var repository = api.MapGroup("/repos/{owner}/{name}");
        repository.MapGet("", (Bench bench) => bench.With(json => ApiAnswer.Of(json.WholeRepository())));
        repository.MapCommits();
        repository.MapGitData();
        repository.MapStatuses();
        repository.MapPulls();
        repository.MapHooksOut();
        repository.MapRuns();
        repository.MapGet("/collaborators/{login}/permission", Permission);
    }

    private static ApiAnswer Members(string organisation, string team, HttpRequest request, Forges forges)
    {
        if (forges.GitHub.MembersOf($"{organisation}/{team}") is not { } members)
            return ApiAnswer.NotFound();
        var page = Page<string>.Of(members, request, defaultSize: 30);
        var json = new JsonArray([.. page.Items.Select(member => GitHubJson.User(forges.GitHub.AccountOf(member)))]);
        return ApiAnswer.Of(json) with { Headers = page.Links(request) };
    }

    private static ApiAnswer Permission(string login, Target target) => target.With(repository =>
    {
        if (target.Forge.Known(login) is not { } account)
            return ApiAnswer.NotFound();
        var role = repository.Administrators.Contains(login) ? "admin" : "write";
        return ApiAnswer.Of(new JsonObject { ["permission"] = role, ["role_name"] = role, ["user"] = GitHubJson.User(account) });
    });
}
