using System.Globalization;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitLab;

/// <summary>Branches, trees, files and what lies between commits.</summary>
internal static class FileEndpoints
{
    public static void MapFiles(this IEndpointRouteBuilder project)
    {
        project.MapGet("/repository/branches/{branch}", Branch);
        project.MapGet("/repository/tree", Tree);
        project.MapGet("/repository/blobs/{sha}/raw", Blob);
        project.MapMethods("/repository/files/{path}", ["HEAD"], File);
        project.MapGet("/repository/compare", Compare);
        project.MapGet("/repository/commits/{sha}", (string sha, Project target) => target.WithCommit(sha, (_, json, commit) => ApiAnswer.Of(json.Commit(commit))));
    }

    private static ApiAnswer Branch(string branch, Project project) => project.With((repository, json) =>
    {
        var name = Uri.UnescapeDataString(branch);
        return repository.Head(name) is { } head && repository.Resolve(head) is { } commit
            ? ApiAnswer.Of(new JsonObject { ["name"] = name, ["commit"] = json.Commit(commit), ["default"] = name == repository.DefaultBranch })
            : ApiAnswer.NotFound("404 Branch Not Found");
    });

    private static ApiAnswer Tree(string? @ref, string? path, bool? recursive, string? pagination, Project project) => project.With((repository, _) =>
    {
        if (repository.Resolve(@ref ?? repository.DefaultBranch) is not { } commit)
            return ApiAnswer.NotFound("404 Tree Not Found");
        var below = string.IsNullOrEmpty(path) ? "" : path.TrimEnd('/') + "/";
        var all = repository.Walk(commit.Tree)
            .Where(found => found.Path.StartsWith(below, StringComparison.Ordinal) && (recursive is true || !found.Path[below.Length..].Contains('/')))
            .ToList();
        if (all.Count == 0 && below.Length > 0)
            return ApiAnswer.NotFound("404 invalid revision or path Not Found");
        return pagination == "keyset"
            ? ByKey(project, all)
            : project.Of(all, found => GitLabJson.Entry(found.Path, found.Entry));
    });

    /// <summary>Pages that lead to each other by a token.</summary>
    private static ApiAnswer ByKey(Project project, List<(string Path, TreeEntry Entry)> all)
    {
        var request = project.Request;
        var size = Math.Clamp(int.TryParse(request.Query["per_page"], CultureInfo.InvariantCulture, out var wanted) ? wanted : 20, 1, 100);
        var token = request.Query["page_token"].ToString();
        var start = token.Length == 0 ? 0 : all.FindIndex(found => Token(found.Path) == token) + 1;
        var page = all.Skip(start).Take(size).ToList();
        var answer = ApiAnswer.Of(new JsonArray([.. page.Select(found => (JsonNode)GitLabJson.Entry(found.Path, found.Entry))]));
        if (start + size >= all.Count)
            return answer;

        var others = request.Query.Where(part => part.Key != "page_token").Select(part => $"{part.Key}={Uri.EscapeDataString(part.Value.ToString())}&");
        var next = $"{request.Scheme}://{request.Host}{request.Path}?{string.Concat(others)}page_token={Uri.EscapeDataString(Token(page[^1].Path))}";
        return answer with { Headers = new Dictionary<string, string> { ["Link"] = $"<{next}>; rel=\"next\"" } };

        static string Token(string path) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($$"""{"file_name":"{{path}}"}"""));
    }

    private static ApiAnswer Blob(string sha, Project project) => project.With((repository, _) =>
        repository.Objects.FindBlob(sha) is { } content ? ApiAnswer.Bytes(content, "text/plain") : ApiAnswer.NotFound("404 Blob Not Found"));

    private static ApiAnswer File(string path, string @ref, Project project) => project.WithCommit(@ref, (repository, _, commit) =>
    {
        var name = Uri.UnescapeDataString(path);
        if (!repository.FilesOf(commit).TryGetValue(name, out var file) || file.Mode == TreeFile.Submodule)
            return ApiAnswer.NotFound("404 File Not Found");
        return ApiAnswer.Bytes([], "application/json") with
        {
            Headers = new Dictionary<string, string>
            {
                ["X-Gitlab-Blob-Id"] = file.Sha,
                ["X-Gitlab-Commit-Id"] = commit.Sha,
                ["X-Gitlab-File-Path"] = name,
                ["X-Gitlab-Size"] = repository.Objects.SizeOf(file.Sha).ToString(CultureInfo.InvariantCulture),
            },
        };
    });

    private static ApiAnswer Compare(string from, string to, Project project) => project.With((repository, json) =>
    {
        if (repository.Resolve(from) is not { } left || repository.Resolve(to) is not { } right)
            return ApiAnswer.NotFound("404 Ref Not Found");
        var commits = repository.Compare(left, right).Commits;
        return ApiAnswer.Of(new JsonObject
        {
            ["commit"] = commits.Count > 0 ? json.Commit(commits[^1]) : null,
            ["commits"] = new JsonArray([.. commits.Select(commit => (JsonNode)json.Commit(commit))]),
            ["diffs"] = new JsonArray(),
            ["compare_timeout"] = false,
            ["compare_same_ref"] = left.Sha == right.Sha,
        });
    });
}
