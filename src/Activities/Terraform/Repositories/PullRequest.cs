using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pao.Activities.Jira;

namespace Pao.Activities.Terraform.Repositories;

/// <summary>A pull request with an action's change, upon a branch that is named by the action.</summary>
/// <param name="Number">Its number.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Commit">What came upon the branch, when it was merged.</param>
internal sealed partial record PullRequest(int Number, PullState State, string? Commit)
{
    /// <summary>The branch of an action's change: the same one for each attempt.</summary>
    public static string BranchOf(string key) => $"pao/{UnfitPattern().Replace(key, "-")}";

    /// <summary>Makes the branch and the pull request, or takes those that are there.</summary>
    public static async Task<PullRequest> OpenAsync(
        MappedRepository repository, BranchHead head, TerraformChange change, CancellationToken cancellationToken)
    {
        var branch = BranchOf(change.Key);
        await BranchAsync(repository, branch, head, change, cancellationToken);
        var body = new JsonObject
        {
            ["title"] = change.Title, ["head"] = branch, ["base"] = repository.Mapping.Options.Branch, ["body"] = change.Trailer,
        };
        var answer = await repository.GitHub.AskAsync(HttpMethod.Post, "pulls", body, cancellationToken);
        if (answer.Status is 422 && await FindAsync(repository, change.Key, cancellationToken) is { } there)
            return there;
        if (!answer.IsSuccess)
            throw repository.GitHub.Refused(HttpMethod.Post, "pulls", answer);

        return Read(answer.Body as JsonObject) ?? throw repository.GitHub.Malformed(HttpMethod.Post, "pulls");
    }

    /// <summary>The one of an action; null when there is none.</summary>
    public static async Task<PullRequest?> FindAsync(MappedRepository repository, string key, CancellationToken cancellationToken)
    {
        var path = $"pulls?head={repository.GitHub.Repository.Owner}:{Uri.EscapeDataString(BranchOf(key))}&state=all";
        var answer = await repository.GitHub.AskAsync(HttpMethod.Get, path, body: null, cancellationToken);
        if (!answer.IsSuccess)
            throw repository.GitHub.Refused(HttpMethod.Get, path, answer);
        if (answer.Body is not JsonArray found)
            throw repository.GitHub.Malformed(HttpMethod.Get, path);

        return found.Count is 0 ? null : Read(found[0] as JsonObject) ?? throw repository.GitHub.Malformed(HttpMethod.Get, path);
    }

    public static async Task<PullRequest> LookAsync(MappedRepository repository, int number, CancellationToken cancellationToken)
    {
        var path = $"pulls/{number}";
        var answer = await repository.GitHub.AskAsync(HttpMethod.Get, path, body: null, cancellationToken);
        if (answer.IsSuccess)
            return Read(answer.Body as JsonObject) ?? throw repository.GitHub.Malformed(HttpMethod.Get, path);

        // An operator mends the token; until then nothing is known, and nothing is lost.
        var refusal = repository.GitHub.Refused(HttpMethod.Get, path, answer);
        throw answer.Status is 401 or 403 or 404 ? refusal.With(ActionEffect.Unknown, retryable: true) : refusal;
    }

    public static async Task CloseAsync(MappedRepository repository, int number, CancellationToken cancellationToken) =>
        await repository.GitHub.ReadAsync(HttpMethod.Patch, $"pulls/{number}", new JsonObject { ["state"] = "closed" }, cancellationToken);

    public static async Task<bool> HasBranchAsync(MappedRepository repository, string key, CancellationToken cancellationToken) =>
        await repository.FindBranchAsync(BranchOf(key), cancellationToken) is not null;

    private static async Task BranchAsync(
        MappedRepository repository, string branch, BranchHead head, TerraformChange change, CancellationToken cancellationToken)
    {
        var commit = await BranchCommit.PrepareAsync(() => repository.CommitAsync(head, change, cancellationToken));
        const string path = "git/refs";
        var answer = await repository.GitHub.AskAsync(
            HttpMethod.Post, path, new JsonObject { ["ref"] = $"refs/heads/{branch}", ["sha"] = commit }, cancellationToken);
        if (answer.IsSuccess)
            return;

        // Its name is the action's key: an earlier attempt made it, unless somebody plays a trick.
        if (answer.Status is not 422 || await repository.FindBranchAsync(branch, cancellationToken) is not { } there)
            throw repository.GitHub.Refused(HttpMethod.Post, path, answer);
        if (!await repository.IsOfAsync(there.Commit, change.Key, cancellationToken))
            throw ActionFailure.Rejected($"The branch {branch} of {repository.GitHub.Repository.FullName} is there, and does not hold this change. Delete it, then retry.");
    }

    private static PullRequest? Read(JsonObject? pull)
    {
        if (pull?["number"] is not JsonValue value || !value.TryGetValue<int>(out var number) || pull["state"].AsText() is not { } state)
            return null;

        var isMerged = pull["merged_at"].AsText() is not null;
        return new PullRequest(
            number, isMerged ? PullState.Merged : state is "open" ? PullState.Open : PullState.Closed, isMerged ? pull["merge_commit_sha"].AsText() : null);
    }

    [GeneratedRegex("[^A-Za-z0-9-]+", RegexOptions.NonBacktracking)]
    private static partial Regex UnfitPattern();
}

internal enum PullState
{
    Open,
    Merged,
    Closed,
}
