using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pao.Sandbox.Git;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.GitHub;

/// <summary>Webhooks out, signed as GitHub signs them.</summary>
internal static class GitHubHooks
{
    public static void MapHooksOut(this IEndpointRouteBuilder routes) => routes.MapPost("/hooks", Create);

    public static void Announce(this Deliveries deliveries, Push push, GitHubJson json)
    {
        var payload = new JsonObject
        {
            ["ref"] = $"refs/heads/{push.Branch}",
            ["before"] = push.Before,
            ["after"] = push.After,
            ["created"] = push.Before == Push.Nothing,
            ["deleted"] = false,
            ["forced"] = push.Forced,
            ["repository"] = json.Repository(),
            ["pusher"] = new JsonObject { ["name"] = push.By, ["email"] = $"{push.By}@example.com" },
            ["sender"] = new JsonObject { ["login"] = push.By },
        };
        foreach (var hook in push.Repository.Hooks)
            Send(deliveries, hook, "push", payload);
    }

    /// <param name="deliveries">Sends it.</param>
    /// <param name="repository">Where it happened.</param>
    /// <param name="pull">The pull request.</param>
    /// <param name="action">What happened to it: <c>closed</c>.</param>
    /// <param name="json">Writes it.</param>
    public static void Announce(this Deliveries deliveries, Repository repository, ChangeRequest pull, string action, GitHubJson json)
    {
        foreach (var hook in repository.Hooks)
            Send(deliveries, hook, "pull_request", new JsonObject
            {
                ["action"] = action, ["number"] = pull.Number, ["pull_request"] = json.Pull(pull, whole: true), ["repository"] = json.Repository(),
            });
    }

    private static ApiAnswer Create(Call call, Target target, Deliveries deliveries) => target.With((repository, json) =>
    {
        if (!Uri.TryCreate((string?)call.Json?["config"]?["url"], UriKind.Absolute, out var url))
            return ApiAnswer.Error(422, "Validation Failed: config.url");
        var hook = new Hook(target.Forge.NextId(), url, (string?)call.Json?["config"]?["secret"]);
        repository.Add(hook);
        Send(deliveries, hook, "ping", new JsonObject { ["zen"] = "Keep it logically awesome.", ["hook_id"] = hook.Id, ["repository"] = json.Repository() });
        return ApiAnswer.Of(new JsonObject { ["id"] = hook.Id, ["name"] = "web", ["active"] = true, ["events"] = new JsonArray("push") }, 201);
    });

    /// <param name="deliveries">Sends it.</param>
    /// <param name="hook">To whom.</param>
    /// <param name="event">What kind it is.</param>
    /// <param name="payload">What is told.</param>
    /// <param name="copies">How often it is delivered, each time with the same id.</param>
    public static void Send(Deliveries deliveries, Hook hook, string @event, JsonObject payload, int copies = 1)
    {
        var body = payload.ToJsonString();
        List<(string, string)> headers =
        [
            ("User-Agent", "GitHub-Hookshot/sandbox"),
            ("X-GitHub-Event", @event),
            ("X-GitHub-Delivery", Guid.NewGuid().ToString()),
            ("X-GitHub-Hook-ID", hook.Id.ToString(CultureInfo.InvariantCulture)),
        ];
        if (hook.Secret is { Length: > 0 } secret)
        {
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body));
            headers.Add(("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(signature)}"));
        }

        for (var copy = 0; copy < copies; copy++)
            deliveries.Send(hook.Url, body, headers);
    }
}
