using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Activities.GitHub;
using Pao.Api.Auditing;
using Pao.Catalog;
using Pao.Catalog.Sources;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Inbound;

namespace Pao.Api.Webhooks;

/// <summary>
/// Knows what each kind of event means here. A push is only a hint that the catalog's source has changed, an event of a run or a pull
/// request one to look at it: told twice or in the wrong order they do no harm, and when they are lost, it is found out without them.
/// </summary>
internal sealed partial class WebhookEvents(ServiceCatalog catalog, InboundEvents inbound, RefusalNotes notes, ILogger<WebhookEvents> logger)
{
    private const string Branches = "refs/heads/";
    private const int LongestNamed = 200;

    /// <param name="origin">From where it came.</param>
    /// <param name="event">What kind it is.</param>
    /// <param name="delivery">GitHub's id of the delivery, which a repeat has too.</param>
    /// <param name="body">What was sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<WebhookAnswer> TakeGitHubAsync(Origin origin, string @event, string delivery, JsonElement body, CancellationToken cancellationToken)
    {
        switch (@event)
        {
            case "push":
                return Take(origin, SourceKind.GitHub, Text(body, "repository", "full_name"), Text(body, "ref"), Text(body, "after"));
            case "ping":
                return WebhookAnswer.Accepted;
            case "workflow_run" or "pull_request":
                var keys = GitHubEvents.KeysOf(@event, body);
                if (keys.Count is 0)
                    return WebhookAnswer.Ignored("It is about nothing that this service could have started, or not about its end.");

                await inbound.AcceptAsync(origin, "github", DeliveryOf(delivery, body), keys, cancellationToken);
                return WebhookAnswer.Accepted;
            default:
                return WebhookAnswer.Ignored("Only push, workflow_run, pull_request and ping are of use here.");
        }
    }

    public WebhookAnswer TakeGitLab(Origin origin, string @event, JsonElement body) => @event switch
    {
        "Push Hook" => Take(origin, SourceKind.GitLab, Text(body, "project", "path_with_namespace"), Text(body, "ref"), Text(body, "after")),
        _ => WebhookAnswer.Ignored("Only push events are of use here."),
    };

    private WebhookAnswer Take(Origin origin, SourceKind host, string? repository, string? reference, string? after)
    {
        if (repository is null || reference is null || after is null || !reference.StartsWith(Branches, StringComparison.Ordinal))
            return WebhookAnswer.Ignored("It is not about a branch.");
        if (!catalog.Notice(new SourcePush(host, repository, reference[Branches.Length..], after)))
            return WebhookAnswer.Ignored("The catalog is not read from this branch.");

        Log.Pushed(logger, host, after);
        notes.Hinted(origin, new JsonObject { ["source"] = host.ToString(), ["repository"] = Bounded(repository), ["commit"] = Bounded(after) });
        return WebhookAnswer.Accepted;
    }

    // Whoever does not number what is sent is recognised by what it says.
    private static string DeliveryOf(string delivery, JsonElement body) =>
        delivery.Length is > 0 and <= InboundEvents.LongestText
            ? delivery
            : Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body.GetRawText())));

    // PostgreSQL keeps no U+0000 in a text.
    private static string Bounded(string text) => (text.Length <= LongestNamed ? text : text[..LongestNamed]).Replace('\0', '\uFFFD');

    private static string? Text(JsonElement body, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (body.ValueKind is not JsonValueKind.Object || !body.TryGetProperty(name, out body))
                return null;
        }

        return body.ValueKind is JsonValueKind.String ? body.GetString() : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Host} tells of a push to the catalog: {Commit}.")]
        public static partial void Pushed(ILogger logger, SourceKind host, string commit);
    }
}
