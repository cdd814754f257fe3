using System.Text.Json.Nodes;

namespace Pao.Activities.Terraform.Repositories;

/// <summary>Puts a change upon the branch of its mapping, in one commit.</summary>
internal static class BranchCommit
{
    private const int MostTries = 5;

    /// <summary>What the branch has is never lost: when somebody was quicker, the commit is made anew upon theirs.</summary>
    /// <returns>The commit.</returns>
    public static async Task<string> MakeAsync(
        MappedRepository repository, BranchHead head, TerraformChange change, Guid request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var commit = await PrepareAsync(() => repository.CommitAsync(head, change, cancellationToken));
            var path = $"git/refs/heads/{repository.Mapping.Options.Branch}";
            var answer = await repository.GitHub.AskAsync(
                HttpMethod.Patch, path, new JsonObject { ["sha"] = commit, ["force"] = false }, cancellationToken);
            if (answer.IsSuccess)
                return commit;

            var refusal = repository.GitHub.Refused(HttpMethod.Patch, path, answer);
            if (answer.Status is not 422)
                throw refusal;

            var now = await PrepareAsync(() => repository.HeadAsync(cancellationToken));
            if (now == head)
                throw ActionFailure.Rejected(
                    $"{refusal.Message} (the branch is protected, or takes no commits of this account; {repository.Mapping.ConfigurationPath}:Delivery may be PullRequest)");
            if (attempt == MostTries)
                throw ActionFailure.Unavailable($"{refusal.Message} ({MostTries} times in a row somebody else was quicker)");

            head = now;
            if (await PrepareAsync(() => repository.HoldsAsync(head, change, request, cancellationToken)))
                return head.Commit;
        }
    }

    // Until the branch moves, nothing has happened, whatever became of the question.
    public static async Task<T> PrepareAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ActionFailedException failure) when (failure.Effect is ActionEffect.Unknown && failure.Code != FailureProperties.SystemUnavailable)
        {
            throw failure.With(ActionEffect.None);
        }
    }
}
