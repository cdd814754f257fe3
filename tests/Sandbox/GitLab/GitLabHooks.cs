using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitLab;

/// <summary>Webhooks out, with the secret token as GitLab sends it.</summary>
internal static class GitLabHooks
{
    public static void MapHooksOut(this IEndpointRouteBuilder project) => project.MapPost("/hooks", Create);

    public static void Announce(this Deliveries deliveries, Push push)
    {
        var payload = new JsonObject
        {
            ["object_kind"] = "push",
            ["event_name"] = "push",
            ["before"] = push.Before,
            ["after"] = push.After,
            ["ref"] = $"refs/heads/{push.Branch}",
            ["checkout_sha"] = push.After,
            ["user_username"] = push.By,
            ["project"] = new JsonObject
            {
                ["name"] = push.Repository.FullName.Split('/')[^1],
                ["path_with_namespace"] = push.Repository.FullName,
                ["default_branch"] = push.Repository.DefaultBranch,
            },
        }.ToJsonString();
        foreach (var hook in push.Repository.Hooks)
        {
            List<(string, string)> headers = [("X-Gitlab-Event", "Push Hook"), ("X-Gitlab-Event-UUID", Guid.NewGuid().ToString())];
            if (hook.Secret is { Length: > 0 } secret)
                headers.Add(("X-Gitlab-Token", secret));
            deliveries.Send(hook.Url, payload, headers);
        }
    }

    private static ApiAnswer Create(Call call, Project project) => project.With((repository, _) =>
    {
        if (!Uri.TryCreate((string?)call.Json?["url"], UriKind.Absolute, out var url))
            return ApiAnswer.Error(422, "Invalid url given");
        var hook = new Hook(project.Forge.NextId(), url, (string?)call.Json?["token"]);
        repository.Add(hook);
        return ApiAnswer.Of(new JsonObject { ["id"] = hook.Id, ["url"] = url.ToString(), ["push_events"] = true }, 201);
    });
}
