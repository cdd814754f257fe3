using System.Text;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub;

/// <summary>Branches, commits and what they hold.</summary>
internal static class CommitEndpoints
{
    public static void MapCommits(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/branches/{**branch}", Branch);
        routes.MapGet("/git/ref/heads/{**branch}", Reference);
        routes.MapGet("/commits/{reference}", OneCommit);
        routes.MapGet("/git/trees/{reference}", Tree);
        routes.MapGet("/git/blobs/{sha}", Blob);
        routes.MapGet("/compare/{from}...{to}", Compare);
        routes.MapGet("/contents/{**path}", Contents);
    }

    private static ApiAnswer Branch(string branch, Target target) => target.With((repository, json) =>
        repository.Head(branch) is { } head && repository.Resolve(head) is { } commit
            ? ApiAnswer.Of(new JsonObject { ["name"] = branch, ["commit"] = json.Commit(commit), ["protected"] = false })
            : ApiAnswer.NotFound("Branch not found"));

    private static ApiAnswer Reference(string branch, Target target) => target.With(repository =>
        repository.Head(branch) is { } head
            ? ApiAnswer.Of(new JsonObject
            {
                ["ref"] = $"refs/heads/{branch}",
                ["node_id"] = $"REF_{branch}",
                ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = head },
            })
            : ApiAnswer.NotFound());

    private static ApiAnswer OneCommit(string reference, Target target) => target.With((repository, json) =>
    {
        if (repository.Resolve(reference) is not { } commit)
            return ApiAnswer.Error(422, $"No commit found for SHA: {reference}");
        return target.Request.Headers.Accept.ToString().Contains("application/vnd.github.sha", StringComparison.Ordinal)
            ? ApiAnswer.Bytes(Encoding.ASCII.GetBytes(commit.Sha), "application/vnd.github.sha; charset=utf-8")
            : ApiAnswer.Of(json.Commit(commit));
    });

    private static ApiAnswer Tree(string reference, Target target) => target.With((repository, json) =>
    {
        var tree = repository.Resolve(reference)?.Tree ?? reference;
        return repository.Objects.FindTree(tree) is null
            ? ApiAnswer.NotFound()
            : ApiAnswer.Of(json.Tree(tree, target.Request.Query.ContainsKey("recursive")));
    });

    private static ApiAnswer Blob(string sha, Target target) => target.With((repository, json) =>
        repository.Objects.FindBlob(sha) is { } content ? ApiAnswer.Of(json.Blob(sha, content)) : ApiAnswer.NotFound());

    private static ApiAnswer Compare(string from, string to, Target target) => target.With((repository, json) =>
    {
        if (repository.Resolve(from) is not { } left || repository.Resolve(to) is not { } right)
            return ApiAnswer.NotFound();
        var comparison = repository.Compare(left, right);

        // Without a page, the first 250 commits come at once.
        var paged = target.Request.Query.ContainsKey("page") || target.Request.Query.ContainsKey("per_page");
        var page = paged
            ? Page<Commit>.Of(comparison.Commits, target.Request, defaultSize: 30)
            : Page<Commit>.Of(comparison.Commits, target.Request, defaultSize: 250, largest: 250);
        return ApiAnswer.Of(json.Comparison(left, comparison, page)) with { Headers = page.Links(target.Request) };
    });

    private static ApiAnswer Contents(string path, Target target) => target.With((repository, json) =>
    {
        var reference = target.Request.Query["ref"].ToString();
        var commit = repository.Resolve(reference.Length > 0 ? reference : repository.DefaultBranch);
        if (commit is null || !repository.FilesOf(commit).TryGetValue(path, out var file) || repository.Objects.FindBlob(file.Sha) is not { } content)
            return ApiAnswer.NotFound();
        var blob = json.Blob(file.Sha, content);
        blob["type"] = "file";
        blob["name"] = path.Split('/')[^1];
        blob["path"] = path;
        return ApiAnswer.Of(blob);
    });
}
