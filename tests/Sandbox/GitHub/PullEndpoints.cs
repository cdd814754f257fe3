using System.Text.Json.Nodes;
using Pao.Sandbox.Git;

namespace Pao.Sandbox.GitHub;

/// <summary>Pull requests and their reviews.</summary>
internal static class PullEndpoints
{
    public static void MapPulls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pulls/{number:int}", (int number, Target target) => target.With((repository, json) =>
            Find(repository, number) is { } pull ? ApiAnswer.Of(json.Pull(pull, whole: true)) : ApiAnswer.NotFound()));
        routes.MapGet("/pulls/{number:int}/reviews", Reviews);
        routes.MapGet("/commits/{reference}/pulls", OfCommit);
    }

    private static ChangeRequest? Find(Repository repository, int number) => repository.Changes.FirstOrDefault(pull => pull.Number == number);

    private static ApiAnswer Reviews(int number, Target target) => target.With((repository, json) =>
    {
        if (Find(repository, number) is not { } pull)
            return ApiAnswer.NotFound();
        var page = Page<Review>.Of(pull.Reviews, target.Request, defaultSize: 30);
        return ApiAnswer.Of(new JsonArray([.. page.Items.Select(review => (JsonNode)json.Review(pull, review))])) with { Headers = page.Links(target.Request) };
    });

    /// <summary>The merged pull request that brought a commit to the branch, or else the open ones that hold it.</summary>
    private static ApiAnswer OfCommit(string reference, Target target) => target.With((repository, json) =>
    {
        if (repository.Resolve(reference) is not { } commit)
            return ApiAnswer.Error(422, $"No commit found for SHA: {reference}");
        var merged = repository.Changes.Where(pull => pull.Landed.Contains(commit.Sha)).ToList();
        var found = merged.Count > 0
            ? merged
            : repository.Changes.Where(pull => pull.MergedAt is null && repository.Contains(pull.HeadBranch, commit.Sha)
                && !repository.Contains(pull.BaseBranch, commit.Sha)).ToList();
        return ApiAnswer.Of(new JsonArray([.. found.Select(pull => (JsonNode)json.Pull(pull, whole: false))]));
    });
}
