using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Activities.GitHub;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Repositories;

/// <summary>The repository of a mapping, read and written through GitHub's git data: a change is one commit, whatever it holds.</summary>
internal sealed class MappedRepository(GitHubClient github, TerraformMapping mapping)
{
    private const int MostCommits = 100;

    public GitHubClient GitHub => github;

    public TerraformMapping Mapping => mapping;

    private string Branch => mapping.Options.Branch;

    public async Task<BranchHead> HeadAsync(CancellationToken cancellationToken) => await FindBranchAsync(Branch, cancellationToken)
        ?? throw ActionFailure.Rejected(
            $"{github.Repository.FullName} has no branch '{Branch}', or the token of {github.Owner.ConfigurationPath} may not see it (see {mapping.ConfigurationPath}:Branch).");

    /// <returns>Null when there is none of that name.</returns>
    public async Task<BranchHead?> FindBranchAsync(string branch, CancellationToken cancellationToken)
    {
        var path = $"branches/{Escaped(branch)}";
        var answer = await github.AskAsync(HttpMethod.Get, path, body: null, cancellationToken);
        if (answer.Status is 404)
            return null;
        if (!answer.IsSuccess)
            throw github.Refused(HttpMethod.Get, path, answer);

        var commit = Inner(answer.Body as JsonObject, "commit");
        return commit?["sha"].AsText() is { } sha && Inner(commit, "commit", "tree")?["sha"].AsText() is { } tree
            ? new BranchHead(sha, tree)
            : throw github.Malformed(HttpMethod.Get, path);
    }

    /// <summary>What a commit of the repository holds.</summary>
    public async Task<BranchHead> AtAsync(string sha, CancellationToken cancellationToken)
    {
        var path = $"commits/{sha}";
        return Inner(await github.GetAsync(path, cancellationToken), "commit", "tree")?["sha"].AsText() is { } tree
            ? new BranchHead(sha, tree)
            : throw github.Malformed(HttpMethod.Get, path);
    }

    /// <summary>A file's text; null when there is none.</summary>
    public async Task<string?> FileAsync(string path, string commit, CancellationToken cancellationToken)
    {
        var operation = $"contents/{Escaped(path)}?ref={commit}";
        var answer = await github.AskAsync(HttpMethod.Get, operation, body: null, cancellationToken);
        if (answer.Status is 404)
            return null;
        if (!answer.IsSuccess)
            throw github.Refused(HttpMethod.Get, operation, answer);
        if (answer.Body is not JsonObject file || file["content"].AsText() is not { } content || file["encoding"].AsText() is not "base64")
            throw ActionFailure.Rejected($"{path} of {github.Repository.FullName} is no file of a usual size; it is not touched.");

        return Decoded(content);
    }

    public static string Decoded(string base64) => Encoding.UTF8.GetString(Bytes(base64));

    public static byte[] Bytes(string base64) => Convert.FromBase64String(base64.Replace("\n", "", StringComparison.Ordinal));

    /// <summary>Makes a commit upon another. Until a branch points to it, nobody sees it.</summary>
    public async Task<string> CommitAsync(BranchHead upon, TerraformChange change, CancellationToken cancellationToken)
    {
        var entries = change.Files.Select(file => (JsonNode)new JsonObject
        {
            ["path"] = mapping.InRepository(file.Key), ["mode"] = "100644", ["type"] = "blob", ["content"] = file.Value,
        });
        var tree = await PostAsync("git/trees", new JsonObject { ["base_tree"] = upon.Tree, ["tree"] = new JsonArray([.. entries]) }, cancellationToken);
        return await PostAsync(
            "git/commits", new JsonObject { ["message"] = change.Message, ["tree"] = tree, ["parents"] = new JsonArray(upon.Commit) }, cancellationToken);
    }

    /// <summary>The newest commit of a branch that an action made of its file; null when there is none.</summary>
    public async Task<string?> FindCommitAsync(string key, TerraformFile file, CancellationToken cancellationToken)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"commits?sha={Uri.EscapeDataString(Branch)}&path={Uri.EscapeDataString(mapping.InRepository(file.Path))}&per_page={MostCommits}");
        var answer = await github.AskAsync(HttpMethod.Get, path, body: null, cancellationToken);
        if (!answer.IsSuccess)
            throw github.Refused(HttpMethod.Get, path, answer);
        if (answer.Body is not JsonArray commits)
            throw github.Malformed(HttpMethod.Get, path);

        return commits.OfType<JsonObject>()
            .FirstOrDefault(commit => TerraformChange.IsOf(Inner(commit, "commit")?["message"].AsText(), key))?["sha"].AsText();
    }

    /// <summary>Whether an action made a commit.</summary>
    public async Task<bool> IsOfAsync(string commit, string key, CancellationToken cancellationToken) =>
        TerraformChange.IsOf(Inner(await github.GetAsync($"commits/{commit}", cancellationToken), "commit")?["message"].AsText(), key);

    /// <exception cref="ActionFailedException">A file is there that the action may not replace.</exception>
    public async Task<bool> HoldsAsync(BranchHead head, TerraformChange change, Guid request, CancellationToken cancellationToken)
    {
        var same = true;
        bool? isOwn = null;
        foreach (var (path, text) in change.Files)
        {
            var there = await FileAsync(mapping.InRepository(path), head.Commit, cancellationToken);
            same &= there == text;
            if (there is null || there == text)
                continue;

            // The values have no mark of their own: they belong to the file that they are beside.
            isOwn ??= path == change.File.Path ? TerraformChange.Made(there, request) : null;
            if (isOwn is not true && !(isOwn is false && mapping.Options.ReplaceFiles))
                throw ActionFailure.Rejected(
                    $"{mapping.InRepository(path)} of {github.Repository.FullName} is there already, and {(isOwn is null ? "PAO has not made it" : "another request made it")}. Choose another name.");
        }

        return same;
    }

    public string CommitUrl(string commit) => $"{Web}/commit/{commit}";

    public string PullUrl(int number) => string.Create(CultureInfo.InvariantCulture, $"{Web}/pull/{number}");

    public static JsonObject? Inner(JsonObject? of, params IEnumerable<string> path) => path.Aggregate(of, (node, name) => node?[name] as JsonObject);

    // GitHub's API is at api.github.com; that of a server of one's own below /api/v3.
    private string Web
    {
        get
        {
            var api = github.Owner.Options.Api;
            var site = api.Host is "api.github.com" ? "https://github.com" : api.AbsoluteUri.TrimEnd('/').Replace("/api/v3", "", StringComparison.Ordinal);
            return $"{site}/{github.Repository.FullName}";
        }
    }

    private async Task<string> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        (await github.ReadAsync(HttpMethod.Post, path, body, cancellationToken))["sha"].AsText() ?? throw github.Malformed(HttpMethod.Post, path);

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
