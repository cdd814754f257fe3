using System.Text;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub;

/// <summary>What writes git's own objects: blobs, trees, commits, references.</summary>
internal static class GitDataEndpoints
{
    private const string Heads = "refs/heads/";

    public static void MapGitData(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/git/blobs", Blob);
        routes.MapPost("/git/trees", Tree);
        routes.MapPost("/git/commits", NewCommit);
        routes.MapGet("/git/commits/{sha}", (string sha, Target target) => target.With((repository, json) =>
            repository.Objects.FindCommit(sha) is { } commit ? ApiAnswer.Of(json.GitCommit(commit)) : ApiAnswer.NotFound()));
        routes.MapPost("/git/refs", NewReference);
        routes.MapPatch("/git/refs/heads/{**branch}", MoveReference);
        routes.MapGet("/commits", Log);
    }

    private static ApiAnswer Blob(Call call, Target target) => target.With(repository =>
    {
        if ((string?)call.Json?["content"] is not { } content)
            return Invalid("content is missing");

        var bytes = (string?)call.Json["encoding"] is "base64" ? Convert.FromBase64String(content) : Encoding.UTF8.GetBytes(content);
        var sha = repository.Objects.WriteBlob(bytes);
        return ApiAnswer.Of(new JsonObject { ["sha"] = sha, ["url"] = $"{target.Request.Path}/{sha}" }, 201);
    });

    private static ApiAnswer Tree(Call call, Target target) => target.With((repository, json) =>
    {
        var files = new Dictionary<string, TreeFile>(StringComparer.Ordinal);
        if ((string?)call.Json?["base_tree"] is { } upon)
        {
            if (repository.Objects.FindTree(upon) is null)
                return ApiAnswer.Error(422, "Invalid tree info");
            foreach (var (path, entry) in repository.Walk(upon).Where(found => found.Entry.Type != "tree"))
                files[path] = new TreeFile(entry.Mode, entry.Sha);
        }

        foreach (var entry in (call.Json?["tree"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var path = (string?)entry["path"] ?? "";
            if (path.Length is 0 || path.StartsWith('/') || path.Split('/').Any(part => part is "" or "." or ".." or ".git"))
                return ApiAnswer.Error(422, $"tree.path contains a malformed path component: {path}");

            // A file takes the place of a folder, and the other way round.
            foreach (var below in files.Keys.Where(known => known.StartsWith($"{path}/", StringComparison.Ordinal)).ToList())
                files.Remove(below);
            var sha = (string?)entry["sha"] ?? ((string?)entry["content"] is { } content ? repository.Objects.WriteBlob(Encoding.UTF8.GetBytes(content)) : null);
            if (sha is null)
                files.Remove(path);
            else
                files[path] = new TreeFile((string?)entry["mode"] ?? TreeFile.Plain, sha);
        }

        return ApiAnswer.Of(json.Tree(repository.Objects.WriteTree(files), recursive: false), 201);
    });

    private static ApiAnswer NewCommit(Call call, Target target, TimeProvider clock) => target.With((repository, json) =>
    {
        if ((string?)call.Json?["message"] is not { } message || (string?)call.Json["tree"] is not { } tree)
            return Invalid("message and tree are required");
        if (repository.Objects.FindTree(tree) is null)
            return ApiAnswer.Error(422, "Tree SHA does not exist");

        var parents = (call.Json["parents"] as JsonArray ?? []).Select(parent => (string?)parent ?? "").ToList();
        if (parents.Find(parent => repository.Objects.FindCommit(parent) is null) is { } unknown)
            return ApiAnswer.Error(422, $"Parent SHA does not exist or is not a commit object: {unknown}");

        var bot = new Person("pao-bot", target.Forge.AccountOf("pao-bot").Email);
        return ApiAnswer.Of(json.GitCommit(repository.Objects.WriteCommit(tree, parents, bot, bot, clock.GetUtcNow(), message)), 201);
    });

    private static ApiAnswer NewReference(Call call, Target target, Deliveries deliveries) => target.With((repository, json) =>
    {
        if ((string?)call.Json?["ref"] is not { } name || !name.StartsWith(Heads, StringComparison.Ordinal) || (string?)call.Json["sha"] is not { } sha)
            return Invalid("ref and sha are required");
        if (repository.Objects.FindCommit(sha) is null)
            return ApiAnswer.Error(422, "Object does not exist");

        var branch = name[Heads.Length..];
        if (repository.Head(branch) is not null)
            return ApiAnswer.Error(422, "Reference already exists");

        repository.Point(branch, sha);
        deliveries.Announce(new Push(repository, branch, Push.Nothing, sha, "pao-bot", Forced: false), json);
        return ApiAnswer.Of(json.Reference(branch, sha), 201);
    });

    private static ApiAnswer MoveReference(string branch, Call call, Target target, Deliveries deliveries) => target.With((repository, json) =>
    {
        if ((string?)call.Json?["sha"] is not { } sha || repository.Objects.FindCommit(sha) is not { } commit)
            return ApiAnswer.Error(422, "Object does not exist");
        lock (repository.References)
        {
            if (repository.Head(branch) is not { } before || repository.Objects.FindCommit(before) is not { } from)
                return ApiAnswer.Error(422, "Reference does not exist");
            if (repository.IsProtected(branch))
                return ApiAnswer.Error(422, "Changes must be made through a pull request.");

            var forced = (bool?)call.Json["force"] is true;
            if (!forced && repository.Compare(from, commit).BehindBy > 0)
                return ApiAnswer.Error(422, "Update is not a fast forward");

            repository.Point(branch, sha);
            deliveries.Announce(new Push(repository, branch, before, sha, "pao-bot", forced), json);
            return ApiAnswer.Of(json.Reference(branch, sha));
        }
    });

    /// <summary>The commits of a branch, the newest first; with a path those that changed it.</summary>
    private static ApiAnswer Log(Target target) => target.With((repository, json) =>
    {
        var query = target.Request.Query;
        var name = query["sha"].ToString();
        if (repository.Resolve(name.Length > 0 ? name : repository.DefaultBranch) is not { } head)
            return ApiAnswer.NotFound();

        var path = query["path"].ToString();
        var commits = repository.Ancestry(head).Where(commit => path.Length is 0 || Changed(repository, commit, path)).ToList();
        var page = Page<Commit>.Of(commits, target.Request, defaultSize: 30);
        return ApiAnswer.Of(new JsonArray([.. page.Items.Select(commit => (JsonNode)json.Commit(commit))])) with { Headers = page.Links(target.Request) };
    });

    private static bool Changed(Repository repository, Commit commit, string path)
    {
        var now = ShaAt(commit);
        return commit.Parents.Count is 0 ? now is not null : commit.Parents.All(parent => ShaAt(repository.Objects.FindCommit(parent)!) != now);

        string? ShaAt(Commit at) => repository.FilesOf(at).GetValueOrDefault(path)?.Sha;
    }

    private static ApiAnswer Invalid(string what) => ApiAnswer.Error(422, $"Invalid request.\n\n{what}.");
}
