using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub;

/// <summary>Pull requests and their reviews.</summary>
internal static class PullEndpoints
{
    public static void MapPulls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pulls/{number:int}", (int number, Target target) => target.With((repository, json) =>
            Find(repository, number) is { } pull ? ApiAnswer.Of(json.Pull(pull, whole: true)) : ApiAnswer.NotFound()));
        routes.MapPost("/pulls", Open);
        routes.MapGet("/pulls", List);
        routes.MapPatch("/pulls/{number:int}", Change);
        routes.MapPut("/pulls/{number:int}/merge", Merge);
        routes.MapGet("/pulls/{number:int}/reviews", Reviews);
        routes.MapGet("/commits/{reference}/pulls", OfCommit);
    }

    private static ChangeRequest? Find(Repository repository, int number) => repository.Changes.FirstOrDefault(pull => pull.Number == number);

    private static ApiAnswer Open(Call call, Target target) => target.With((repository, json) =>
    {
        var head = (string?)call.Json?["head"] ?? "";
        var upon = (string?)call.Json?["base"] ?? "";
        if ((string?)call.Json?["title"] is not { Length: > 0 } title || repository.Head(head) is not { } sha || repository.Head(upon) is null)
            return ApiAnswer.Error(422, "Validation Failed");
        if (repository.Changes.Any(pull => pull.HeadBranch == head && pull is { MergedAt: null, ClosedAt: null }))
            return ApiAnswer.Of(new JsonObject
            {
                ["message"] = "Validation Failed",
                ["errors"] = new JsonArray(new JsonObject
                {
                    ["resource"] = "PullRequest", ["code"] = "custom", ["message"] = $"A pull request already exists for {repository.FullName.Split('/')[0]}:{head}.",
                }),
            }, 422);

        var pull = repository.Open(number => new ChangeRequest(number, "pao-bot", title, upon, head) { Head = sha, Body = (string?)call.Json["body"] });
        return ApiAnswer.Of(json.Pull(pull, whole: true), 201);
    });

    private static ApiAnswer List(Target target) => target.With((repository, json) =>
    {
        var query = target.Request.Query;
        var (head, state) = (query["head"].ToString(), query["state"].ToString());
        var found = repository.Changes.Reverse()
            .Where(pull => head.Length is 0 || $"{repository.FullName.Split('/')[0]}:{pull.HeadBranch}" == head)
            .Where(pull => state is "all" || (pull is { MergedAt: null, ClosedAt: null } == state is not "closed"))
            .ToList();
        var page = Page<ChangeRequest>.Of(found, target.Request, defaultSize: 30);
        return ApiAnswer.Of(new JsonArray([.. page.Items.Select(pull => (JsonNode)json.Pull(pull, whole: false))])) with { Headers = page.Links(target.Request) };
    });

    private static ApiAnswer Change(int number, Call call, Target target, Deliveries deliveries, TimeProvider clock) => target.With((repository, json) =>
    {
        if (Find(repository, number) is not { } pull)
            return ApiAnswer.NotFound();

        if ((string?)call.Json?["state"] is "closed" && pull is { MergedAt: null, ClosedAt: null })
        {
            pull.ClosedAt = clock.GetUtcNow();
            deliveries.Announce(repository, pull, "closed", json);
        }

        return ApiAnswer.Of(json.Pull(pull, whole: true));
    });

    private static ApiAnswer Merge(int number, Call call, Target target, Deliveries deliveries, TimeProvider clock) => target.With((repository, json) =>
    {
        if (Find(repository, number) is not { } pull)
            return ApiAnswer.NotFound();
        if (pull.MergedAt is not null || pull.ClosedAt is not null)
            return ApiAnswer.Error(405, "Pull Request is not mergeable");

        var push = new Work(target.Forge, repository, clock).Merge(pull, "pao-bot", (string?)call.Json?["merge_method"] ?? "merge", more: null);
        deliveries.Announce(push, json);
        deliveries.Announce(repository, pull, "closed", json);
        return ApiAnswer.Of(new JsonObject { ["sha"] = push.After, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    });

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
