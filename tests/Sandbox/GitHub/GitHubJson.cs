using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub;

/// <summary>Things as GitHub's REST API (2022-11-28) writes them.</summary>
internal sealed class GitHubJson(Forge forge, Repository repository, HttpRequest request)
{
    /// <summary>The account that GitHub itself merges with.</summary>
    public const string WebFlow = "web-flow";

    private readonly string _api = $"{request.Scheme}://{request.Host}/github/api/v3/repos/{repository.FullName}";
    private readonly string _html = $"{request.Scheme}://{request.Host}/github/{repository.FullName}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonNode? User(Account? account) => account is null
        ? null
        : new JsonObject { ["login"] = account.Login, ["id"] = account.Id, ["node_id"] = $"U_{account.Id}", ["type"] = "User", ["site_admin"] = false };

    public JsonObject Repository() => new()
    {
        ["id"] = 1,
        ["node_id"] = "R_1",
        ["name"] = repository.FullName.Split('/')[^1],
        ["full_name"] = repository.FullName,
        ["owner"] = User(forge.AccountOf(repository.FullName.Split('/')[0])),
        ["private"] = true,
        ["html_url"] = _html,
        ["url"] = _api,
        ["default_branch"] = repository.DefaultBranch,
    };

    public JsonObject Commit(Commit commit)
    {
        var byHost = commit.Committer.Email == "noreply@github.com";
        return new JsonObject
        {
            ["sha"] = commit.Sha,
            ["node_id"] = $"C_{commit.Sha}",
            ["commit"] = new JsonObject
            {
                ["author"] = Signature(commit.Author, commit.At),
                ["committer"] = Signature(commit.Committer, commit.At),
                ["message"] = commit.Message,
                ["tree"] = new JsonObject { ["sha"] = commit.Tree, ["url"] = $"{_api}/git/trees/{commit.Tree}" },
                ["url"] = $"{_api}/git/commits/{commit.Sha}",
                ["comment_count"] = 0,
                ["verification"] = new JsonObject { ["verified"] = byHost, ["reason"] = byHost ? "valid" : "unsigned", ["signature"] = null, ["payload"] = null },
            },
            ["url"] = $"{_api}/commits/{commit.Sha}",
            ["html_url"] = $"{_html}/commit/{commit.Sha}",
            ["comments_url"] = $"{_api}/commits/{commit.Sha}/comments",
            ["author"] = User(forge.OfEmail(commit.Author.Email)),
            ["committer"] = byHost ? User(forge.AccountOf(WebFlow)) : User(forge.OfEmail(commit.Committer.Email)),
            ["parents"] = new JsonArray([.. commit.Parents.Select(parent => (JsonNode)new JsonObject { ["sha"] = parent, ["url"] = $"{_api}/commits/{parent}" })]),
        };
    }

    /// <summary>As git's own data has it.</summary>
    public JsonObject GitCommit(Commit commit) => new()
    {
        ["sha"] = commit.Sha,
        ["node_id"] = $"C_{commit.Sha}",
        ["url"] = $"{_api}/git/commits/{commit.Sha}",
        ["html_url"] = $"{_html}/commit/{commit.Sha}",
        ["author"] = Signature(commit.Author, commit.At),
        ["committer"] = Signature(commit.Committer, commit.At),
        ["message"] = commit.Message,
        ["tree"] = new JsonObject { ["sha"] = commit.Tree, ["url"] = $"{_api}/git/trees/{commit.Tree}" },
        ["parents"] = new JsonArray([.. commit.Parents.Select(parent => (JsonNode)new JsonObject
        {
            ["sha"] = parent, ["url"] = $"{_api}/git/commits/{parent}", ["html_url"] = $"{_html}/commit/{parent}",
        })]),
        ["verification"] = new JsonObject { ["verified"] = false, ["reason"] = "unsigned", ["signature"] = null, ["payload"] = null, ["verified_at"] = null },
    };

    public JsonObject Reference(string branch, string sha) => new()
    {
        ["ref"] = $"refs/heads/{branch}",
        ["node_id"] = $"REF_{branch}",
        ["url"] = $"{_api}/git/refs/heads/{branch}",
        ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = sha, ["url"] = $"{_api}/git/commits/{sha}" },
    };

    public JsonObject Tree(string sha, bool recursive)
    {
        var all = repository.Walk(sha, recursive).ToList();
        return new JsonObject
        {
            ["sha"] = sha,
            ["url"] = $"{_api}/git/trees/{sha}",
            ["tree"] = new JsonArray([.. all.Take(recursive ? repository.TreeLimit : all.Count).Select(found => (JsonNode)Entry(found.Path, found.Entry))]),
            ["truncated"] = recursive && all.Count > repository.TreeLimit,
        };
    }

    public JsonObject Blob(string sha, byte[] content) => new()
    {
        ["sha"] = sha,
        ["node_id"] = $"B_{sha}",
        ["size"] = content.Length,
        ["url"] = $"{_api}/git/blobs/{sha}",
        ["content"] = Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n"),
        ["encoding"] = "base64",
    };

    public JsonObject Pull(ChangeRequest pull, bool whole)
    {
        var json = new JsonObject
        {
            ["id"] = pull.Number,
            ["node_id"] = $"PR_{pull.Number}",
            ["url"] = $"{_api}/pulls/{pull.Number}",
            ["html_url"] = $"{_html}/pull/{pull.Number}",
            ["number"] = pull.Number,
            ["state"] = pull.MergedAt is null && pull.ClosedAt is null ? "open" : "closed",
            ["title"] = pull.Title,
            ["body"] = pull.Body,
            ["user"] = User(forge.AccountOf(pull.Author)),
            ["head"] = new JsonObject { ["ref"] = pull.HeadBranch, ["sha"] = pull.Head, ["label"] = $"{pull.Author}:{pull.HeadBranch}" },
            ["base"] = new JsonObject { ["ref"] = pull.BaseBranch, ["sha"] = repository.Head(pull.BaseBranch), ["label"] = $"{pull.Author}:{pull.BaseBranch}" },
            ["closed_at"] = (pull.MergedAt ?? pull.ClosedAt) is { } closed ? Time(closed) : null,
            ["merged_at"] = pull.MergedAt is { } at ? Time(at) : null,
            ["merge_commit_sha"] = pull.MergeCommit,
            ["draft"] = false,
        };
        if (whole)
        {
            json["merged"] = pull.MergedAt is not null;
            json["merged_by"] = pull.MergedBy is { } by ? User(forge.AccountOf(by)) : null;
        }

        return json;
    }

    public JsonObject Review(ChangeRequest pull, Review review) => new()
    {
        ["id"] = review.Id,
        ["node_id"] = $"PRR_{review.Id}",
        ["user"] = User(forge.AccountOf(review.Login)),
        ["body"] = "",
        ["state"] = review.State,
        ["commit_id"] = review.Commit,
        ["html_url"] = $"{_html}/pull/{pull.Number}#pullrequestreview-{review.Id}",
        ["pull_request_url"] = $"{_api}/pulls/{pull.Number}",
        ["author_association"] = "MEMBER",
        ["submitted_at"] = Time(review.At),
    };

    public JsonObject Status(CommitStatus status) => new()
    {
        ["id"] = status.Id,
        ["node_id"] = $"SC_{status.Id}",
        ["url"] = $"{_api}/statuses/{status.Sha}",
        ["state"] = status.State,
        ["description"] = status.Description,
        ["target_url"] = status.TargetUrl?.ToString(),
        ["context"] = status.Context,
        ["created_at"] = Time(status.At),
        ["updated_at"] = Time(status.At),
        ["creator"] = User(forge.AccountOf(status.Creator)),
    };

    public JsonObject Comparison(Commit from, Comparison comparison, Page<Commit> page) => new()
    {
        ["url"] = $"{_api}/compare/{from.Sha}",
        ["html_url"] = $"{_html}/compare/{from.Sha}",
        ["base_commit"] = Commit(from),
        ["merge_base_commit"] = comparison.MergeBase is { } mergeBase ? Commit(mergeBase) : null,
        ["status"] = comparison.Status,
        ["ahead_by"] = comparison.Commits.Count,
        ["behind_by"] = comparison.BehindBy,
        ["total_commits"] = comparison.Commits.Count,
        ["commits"] = new JsonArray([.. page.Items.Select(commit => (JsonNode)Commit(commit))]),
    };

    private static JsonObject Signature(Person person, DateTimeOffset at) =>
        new() { ["name"] = person.Name, ["email"] = person.Email, ["date"] = Time(at) };

    private JsonObject Entry(string path, TreeEntry entry)
    {
        var json = new JsonObject { ["path"] = path, ["mode"] = entry.Mode, ["type"] = entry.Type, ["sha"] = entry.Sha };
        if (entry.Type == "blob")
            json["size"] = repository.Objects.SizeOf(entry.Sha);
        if (entry.Type != "commit")
            json["url"] = $"{_api}/git/{entry.Type}s/{entry.Sha}";
        return json;
    }
}
