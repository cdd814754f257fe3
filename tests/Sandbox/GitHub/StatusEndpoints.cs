using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub;

/// <summary>Commit statuses.</summary>
internal static class StatusEndpoints
{
    private const int LongestDescription = 140;
    private static readonly string[] States = ["error", "failure", "pending", "success"];

    public static void MapStatuses(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/statuses/{sha}", Create);
        routes.MapGet("/commits/{reference}/statuses", List);
    }

    private static ApiAnswer Create(string sha, Call call, Target target, TimeProvider clock) => target.With((repository, json) =>
    {
        if (repository.Objects.FindCommit(sha) is null)
            return ApiAnswer.Error(422, $"No commit found for SHA: {sha}");
        var state = (string?)call.Json?["state"];
        if (!States.Contains(state))
            return ApiAnswer.Error(422, "Validation Failed: state");
        var description = (string?)call.Json?["description"];
        if (description?.Length > LongestDescription)
            return ApiAnswer.Error(422, "Validation Failed: description is too long (maximum is 140 characters)");

        var link = (string?)call.Json?["target_url"];
        var status = new CommitStatus(
            target.Forge.NextId(), sha, (string?)call.Json?["context"] ?? "default", state!, description, link is null ? null : new Uri(link), "pao-bot", clock.GetUtcNow());
        repository.Add(status);
        return ApiAnswer.Of(json.Status(status), 201);
    });

    private static ApiAnswer List(string reference, Target target) => target.With((repository, json) =>
    {
        if (repository.Resolve(reference) is not { } commit)
            return ApiAnswer.Error(422, $"No commit found for SHA: {reference}");
        var newestFirst = repository.Statuses.Where(status => status.Sha == commit.Sha).Reverse().ToList();
        var page = Page<CommitStatus>.Of(newestFirst, target.Request, defaultSize: 30);
        return ApiAnswer.Of(new JsonArray([.. page.Items.Select(status => (JsonNode)json.Status(status))])) with { Headers = page.Links(target.Request) };
    });
}
