using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitLab;

/// <summary>GitLab's REST API, below <c>/gitlab/api/v4</c>.</summary>
internal static class GitLabEndpoints
{
    private const int Maintainer = 40;
    private const int Developer = 30;
    private const int LongestDescription = 255;
    private static readonly string[] States = ["pending", "running", "success", "failed", "canceled"];

    public static void MapGitLab(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/gitlab/api/v4").AddEndpointFilter<GitLabFilter>();
        api.MapGet("/users", Users);
        api.MapGet("/groups/{group}/members/all", Members);

        var project = api.MapGroup("/projects/{project}");
        project.MapFiles();
        project.MapGet("/members/all/{id:long}", Member);
        project.MapGet("/repository/commits/{sha}/merge_requests", MergesOf);
        project.MapGet("/merge_requests/{number:int}/approvals", Approvals);
        project.MapGet("/repository/commits/{sha}/statuses", Statuses);
        project.MapPost("/statuses/{sha}", SetStatus);
        project.MapHooksOut();
    }

    private static ApiAnswer Users(string? search, string? username, Forges forges)
    {
        var found = username is not null
            ? [forges.GitLab.Known(username)]
            : new[] { forges.GitLab.OfEmail(search ?? "") };
        return ApiAnswer.Of(new JsonArray([.. found.OfType<Account>().Select(account => (JsonNode)GitLabJson.User(account))]));
    }

    private static ApiAnswer Members(string group, HttpRequest request, Forges forges)
    {
        if (forges.GitLab.MembersOf(Uri.UnescapeDataString(group)) is not { } members)
            return ApiAnswer.NotFound("404 Group Not Found");
        var page = Page<string>.Of(members, request, defaultSize: 20);
        return ApiAnswer.Of(new JsonArray([.. page.Items.Select(member => (JsonNode)GitLabJson.User(forges.GitLab.AccountOf(member)))]))
            with { Headers = page.Links(request) };
    }

    private static ApiAnswer Member(long id, Project project) => project.With((repository, _) =>
    {
        if (project.Forge.OfId(id) is not { } account)
            return ApiAnswer.NotFound("404 Not found");
        var user = GitLabJson.User(account);
        user["access_level"] = repository.Administrators.Contains(account.Login) ? Maintainer : Developer;
        return ApiAnswer.Of(user);
    });

    private static ApiAnswer MergesOf(string sha, Project project) => project.WithCommit(sha, (repository, json, commit) => project.Of(
        [.. repository.Changes.Where(change => change.Landed.Contains(commit.Sha)
            || (change.MergedAt is null && repository.Contains(change.HeadBranch, commit.Sha) && !repository.Contains(change.BaseBranch, commit.Sha)))],
        json.Merge));

    private static ApiAnswer Approvals(int number, Project project) => project.With((repository, _) =>
    {
        if (repository.Changes.FirstOrDefault(change => change.Number == number) is not { } change)
            return ApiAnswer.NotFound("404 Not found");
        var approvers = change.Reviews.Where(review => review.State == "APPROVED").Select(review => review.Login).Distinct();
        return ApiAnswer.Of(new JsonObject
        {
            ["user_has_approved"] = false,
            ["approved_by"] = new JsonArray([.. approvers.Select(login => (JsonNode)new JsonObject { ["user"] = GitLabJson.User(project.Forge.AccountOf(login)) })]),
        });
    });

    private static ApiAnswer Statuses(string sha, string? name, Project project) => project.WithCommit(sha, (repository, json, commit) =>
    {
        // Of each name only the last one, as without all=true.
        var latest = repository.Statuses.Where(status => status.Sha == commit.Sha && (name is null || status.Context == name))
            .GroupBy(status => status.Context).Select(ofOne => ofOne.Last()).ToList();
        return project.Of(latest, json.Status);
    });

    private static ApiAnswer SetStatus(string sha, Call call, Project project, TimeProvider clock) => project.WithCommit(sha, (repository, json, commit) =>
    {
        var state = (string?)call.Json?["state"];
        if (!States.Contains(state))
            return ApiAnswer.Error(400, "state does not have a valid value");
        var description = (string?)call.Json?["description"];
        if (description?.Length > LongestDescription)
            return ApiAnswer.Error(400, "description is too long (maximum is 255 characters)");

        var name = (string?)call.Json?["name"] ?? (string?)call.Json?["context"] ?? "default";
        var status = new CommitStatus(project.Forge.NextId(), commit.Sha, name, state!, description, null, "pao-bot", clock.GetUtcNow());
        repository.Add(status);
        return ApiAnswer.Of(json.Status(status), 201);
    });
}
