using System.Text.Json;
using Pao.Catalog;
using Pao.Catalog.Sources;

namespace Pao.Api.Webhooks;

/// <summary>
/// Knows what each kind of event means here. A push is only a hint that the catalog's source has changed: told twice or in the wrong
/// order it does no harm, and when it is lost, the catalog finds out by itself.
/// </summary>
internal sealed partial class WebhookEvents(ServiceCatalog catalog, ILogger<WebhookEvents> logger)
{
    private const string Branches = "refs/heads/";

    public WebhookAnswer TakeGitHub(string @event, JsonElement body) => @event switch
    {
        "push" => Take(SourceKind.GitHub, Text(body, "repository", "full_name"), Text(body, "ref"), Text(body, "after")),
        "ping" => WebhookAnswer.Accepted,
        _ => WebhookAnswer.Ignored("Only push and ping are of use here."),
    };

    public WebhookAnswer TakeGitLab(string @event, JsonElement body) => @event switch
    {
        "Push Hook" => Take(SourceKind.GitLab, Text(body, "project", "path_with_namespace"), Text(body, "ref"), Text(body, "after")),
        _ => WebhookAnswer.Ignored("Only push events are of use here."),
    };

    private WebhookAnswer Take(SourceKind host, string? repository, string? reference, string? after)
    {
        if (repository is null || reference is null || after is null || !reference.StartsWith(Branches, StringComparison.Ordinal))
            return WebhookAnswer.Ignored("It is not about a branch.");
        if (!catalog.Notice(new SourcePush(host, repository, reference[Branches.Length..], after)))
            return WebhookAnswer.Ignored("The catalog is not read from this branch.");

        Log.Pushed(logger, host, after);
        return WebhookAnswer.Accepted;
    }

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
