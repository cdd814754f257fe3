using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub.Actions;

/// <summary>Runs and jobs as GitHub's REST API (2022-11-28) writes them.</summary>
/// <param name="root">Where GitHub is: <c>http://host/github</c>.</param>
internal sealed class ActionsJson(Forge forge, Repository repository, string root)
{
    private static readonly string[] UserLinks =
    [
        "followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events", "received_events",
    ];

    private static readonly string[] RepositoryLinks =
    [
        "archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents", "contributors", "deployments",
        "downloads", "events", "forks", "git_commits", "git_refs", "git_tags", "hooks", "issue_comment", "issue_events", "issues", "keys", "labels",
        "languages", "merges", "milestones", "notifications", "pulls", "releases", "stargazers", "statuses", "subscribers", "subscription", "tags",
        "teams", "trees",
    ];

    private readonly string _api = $"{root}/api/v3/repos/{repository.FullName}";
    private readonly string _html = $"{root}/{repository.FullName}";

    public static string RootOf(HttpRequest request) => $"{request.Scheme}://{request.Host}/github";

    public string ApiOf(Run run) => $"{_api}/actions/runs/{run.Id}";

    public string PageOf(Run run) => $"{_html}/actions/runs/{run.Id}";

    public JsonObject Repository()
    {
        var json = new JsonObject
        {
            ["id"] = 1, ["node_id"] = "R_1", ["name"] = repository.FullName.Split('/')[^1], ["full_name"] = repository.FullName,
            ["owner"] = User(repository.FullName.Split('/')[0]), ["private"] = true, ["fork"] = false, ["description"] = null,
            ["html_url"] = _html, ["url"] = _api,
        };
        foreach (var link in RepositoryLinks)
            json[$"{link}_url"] = $"{_api}/{link}";
        return json;
    }

    /// <summary>The repository as its own address answers it.</summary>
    public JsonObject WholeRepository()
    {
        var json = Repository();
        foreach (var counted in new[] { "forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers", "watchers_count", "network_count", "subscribers_count" })
            json[counted] = 0;
        foreach (var flag in new[] { "has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions", "archived", "disabled" })
            json[flag] = false;
        foreach (var time in new[] { "pushed_at", "created_at", "updated_at" })
            json[time] = "2026-01-01T00:00:00Z";
        foreach (var nothing in new[] { "homepage", "language", "mirror_url", "license" })
            json[nothing] = null;
        foreach (var address in new[] { "clone_url", "git_url", "ssh_url", "svn_url" })
            json[address] = $"{_html}.git";
        json["default_branch"] = repository.DefaultBranch;
        return json;
    }

    /// <summary>The installation of an App in the repository's owner.</summary>
    public JsonObject Installation(long id) => new()
    {
        ["id"] = id, ["app_id"] = 1, ["app_slug"] = "pao", ["target_id"] = 1, ["target_type"] = "Organization", ["single_file_name"] = null,
        ["repository_selection"] = "all", ["access_tokens_url"] = $"{root}/api/v3/app/installations/{id}/access_tokens",
        ["html_url"] = $"{root}/settings/installations/{id}", ["repositories_url"] = $"{root}/api/v3/installation/repositories",
        ["events"] = new JsonArray(), ["account"] = User(repository.FullName.Split('/')[0]),
        ["permissions"] = new JsonObject { ["actions"] = "write", ["metadata"] = "read" }, ["created_at"] = "2026-01-01T00:00:00Z",
        ["updated_at"] = "2026-01-01T00:00:00Z", ["suspended_by"] = null, ["suspended_at"] = null,
    };

    public JsonObject Run(Run run) => new()
    {
        ["id"] = run.Id, ["name"] = run.Title, ["node_id"] = $"WFR_{run.Id}", ["head_branch"] = run.Branch, ["head_sha"] = run.Sha,
        ["path"] = $".github/workflows/{run.Workflow.File}", ["display_title"] = run.Title, ["run_number"] = run.Number, ["event"] = "workflow_dispatch",
        ["status"] = run.Status, ["conclusion"] = run.Conclusion, ["workflow_id"] = 1, ["check_suite_id"] = run.Id, ["check_suite_node_id"] = $"CS_{run.Id}",
        ["url"] = ApiOf(run), ["html_url"] = PageOf(run), ["pull_requests"] = new JsonArray(), ["created_at"] = GitHubJson.Time(run.CreatedAt),
        ["updated_at"] = GitHubJson.Time(run.UpdatedAt), ["run_started_at"] = GitHubJson.Time(run.CreatedAt), ["run_attempt"] = run.Attempt,
        ["referenced_workflows"] = new JsonArray(), ["actor"] = User("pao-bot"), ["triggering_actor"] = User("pao-bot"),
        ["jobs_url"] = $"{ApiOf(run)}/jobs", ["logs_url"] = $"{ApiOf(run)}/logs", ["check_suite_url"] = $"{_api}/check-suites/{run.Id}",
        ["artifacts_url"] = $"{ApiOf(run)}/artifacts", ["cancel_url"] = $"{ApiOf(run)}/cancel", ["rerun_url"] = $"{ApiOf(run)}/rerun",
        ["previous_attempt_url"] = null, ["workflow_url"] = $"{_api}/actions/workflows/1",
        ["head_commit"] = new JsonObject
        {
            ["id"] = run.Sha, ["tree_id"] = run.Sha, ["message"] = "A commit", ["timestamp"] = GitHubJson.Time(run.CreatedAt),
            ["author"] = new JsonObject { ["name"] = "somebody", ["email"] = "somebody@example.com" },
            ["committer"] = new JsonObject { ["name"] = "somebody", ["email"] = "somebody@example.com" },
        },
        ["repository"] = Repository(), ["head_repository"] = Repository(),
    };

    /// <summary>A job that prepares, and one that does the work; the second goes as the run went.</summary>
    public JsonArray Jobs(Run run) => [Job(run, 1, "prepare", "checkout", Ended(run, "success")), Job(run, 2, "apply", run.StepName, Ended(run, JobConclusion(run)))];

    private static string? Ended(Run run, string? conclusion) => run.Status is "completed" ? conclusion : null;

    private static string? JobConclusion(Run run) => run.Conclusion is "stale" or "startup_failure" ? "failure" : run.Conclusion;

    private JsonObject Job(Run run, int number, string name, string step, string? conclusion)
    {
        var status = run.Status is "completed" or "in_progress" or "queued" or "waiting" ? run.Status : "queued";
        var stepStatus = status is "waiting" ? "queued" : status;
        return new JsonObject
        {
            ["id"] = (run.Id * 10) + number, ["run_id"] = run.Id, ["run_url"] = ApiOf(run), ["run_attempt"] = run.Attempt, ["node_id"] = $"CR_{run.Id}_{number}",
            ["head_sha"] = run.Sha, ["head_branch"] = run.Branch, ["workflow_name"] = run.Workflow.Name, ["url"] = $"{_api}/actions/jobs/{(run.Id * 10) + number}",
            ["html_url"] = $"{PageOf(run)}/job/{number}", ["status"] = status, ["conclusion"] = conclusion, ["created_at"] = GitHubJson.Time(run.CreatedAt),
            ["started_at"] = GitHubJson.Time(run.CreatedAt), ["completed_at"] = conclusion is null ? null : GitHubJson.Time(run.UpdatedAt), ["name"] = name,
            ["steps"] = new JsonArray(
                new JsonObject { ["name"] = "Set up job", ["status"] = stepStatus, ["conclusion"] = conclusion is null ? null : "success", ["number"] = 1 },
                new JsonObject { ["name"] = step, ["status"] = stepStatus, ["conclusion"] = conclusion, ["number"] = 2 }),
            ["check_run_url"] = $"{_api}/check-runs/{number}", ["labels"] = new JsonArray("ubuntu-latest"), ["runner_id"] = 1, ["runner_name"] = "runner 1",
            ["runner_group_id"] = 1, ["runner_group_name"] = "Default",
        };
    }

    private JsonObject User(string login)
    {
        var account = forge.AccountOf(login);
        var url = $"{root}/api/v3/users/{account.Login}";
        var json = new JsonObject
        {
            ["login"] = account.Login, ["id"] = account.Id, ["node_id"] = $"U_{account.Id}", ["avatar_url"] = $"{root}/avatars/{account.Id}", ["gravatar_id"] = "",
            ["url"] = url, ["html_url"] = $"{root}/{account.Login}", ["type"] = "User", ["site_admin"] = false,
        };
        foreach (var link in UserLinks)
            json[$"{link}_url"] = $"{url}/{link}";
        return json;
    }
}
