using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitLab;

/// <summary>Things as GitLab's REST API (v4) writes them.</summary>
internal sealed class GitLabJson(Forge forge, Repository repository, HttpRequest request)
{
    private readonly string _web = $"{request.Scheme}://{request.Host}/gitlab/{repository.FullName}";

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static JsonObject User(Account account) => new()
    {
        ["id"] = account.Id,
        ["username"] = account.Login,
        ["name"] = account.Login,
        ["state"] = "active",
        ["public_email"] = account.Email,
    };

    public JsonObject Commit(Commit commit) => new()
    {
        ["id"] = commit.Sha,
        ["short_id"] = commit.Sha[..8],
        ["created_at"] = Time(commit.At),
        ["parent_ids"] = new JsonArray([.. commit.Parents.Select(parent => (JsonNode)parent)]),
        ["title"] = commit.Message.Split('\n')[0],
        ["message"] = commit.Message,
        ["author_name"] = commit.Author.Name,
        ["author_email"] = commit.Author.Email,
        ["authored_date"] = Time(commit.At),
        ["committer_name"] = commit.Committer.Name,
        ["committer_email"] = commit.Committer.Email,
        ["committed_date"] = Time(commit.At),
        ["web_url"] = $"{_web}/-/commit/{commit.Sha}",
    };

    public static JsonObject Entry(string path, TreeEntry entry) => new()
    {
        ["id"] = entry.Sha,
        ["name"] = entry.Name,
        ["type"] = entry.Type,
        ["path"] = path,
        ["mode"] = entry.Mode,
    };

    public JsonObject Merge(ChangeRequest change) => new()
    {
        ["id"] = 1000 + change.Number,
        ["iid"] = change.Number,
        ["title"] = change.Title,
        ["state"] = change.MergedAt is null ? "opened" : "merged",
        ["source_branch"] = change.HeadBranch,
        ["target_branch"] = change.BaseBranch,
        ["author"] = User(forge.AccountOf(change.Author)),
        ["merge_user"] = change.MergedBy is { } by ? User(forge.AccountOf(by)) : null,
        ["merged_by"] = change.MergedBy is { } also ? User(forge.AccountOf(also)) : null,
        ["merged_at"] = change.MergedAt is { } at ? Time(at) : null,
        ["sha"] = change.Head,
        ["merge_commit_sha"] = change.MergeCommit,
        ["web_url"] = $"{_web}/-/merge_requests/{change.Number}",
    };

    public JsonObject Status(CommitStatus status) => new()
    {
        ["id"] = status.Id,
        ["sha"] = status.Sha,
        ["ref"] = repository.DefaultBranch,
        ["status"] = status.State,
        ["name"] = status.Context,
        ["target_url"] = status.TargetUrl?.ToString(),
        ["description"] = status.Description,
        ["created_at"] = Time(status.At),
        ["author"] = User(forge.AccountOf(status.Creator)),
    };
}
