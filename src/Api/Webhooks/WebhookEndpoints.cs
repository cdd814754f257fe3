using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Pao.Activities.Jira;
using Pao.Activities.Terraform;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;

namespace Pao.Api.Webhooks;

/// <summary>
/// Where others tell of what happened at theirs. Whoever knows the secret is believed that something happened, and nothing more:
/// an event is a hint to look, and what is true is read from the system it is about.
/// </summary>
internal static class WebhookEndpoints
{
    private const string Json = "application/json";
    private const string SignaturePrefix = "sha256=";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section);
        return services.AddSingleton<WebhookEvents>().AddJiraEvents().AddTerraformEvents();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/webhooks").WithTags("Webhooks")
            .OpenWithProof("A sender shows that it knows the secret of its webhook.")
            .WithProblems(
                Problem.RateExceeded, Problem.WebhookUnverified, Problem.WebhookNotTaken, Problem.BodyMalformed, Problem.BodyTooLarge, Problem.BodyNotJson,
                Problem.Unexpected)
            .WithMetadata(ExampleMetadata.OfAnswer(202, """{"status": "accepted"}"""));
        webhooks.AddEndpointFilter(WebhookNotes.NoteAsync);

        webhooks.MapPost("/github", FromGitHub)
            .WithName("TakeGitHubWebhook")
            .WithSummary("Hear from GitHub of a push to the catalog's repository, of a run or of a pull request")
            .WithDescription("For GitHub to call: signed with the webhook's secret (X-Hub-Signature-256), content type application/json.")
            .WithProblems(Problem.StoreUnavailable)
            .Accepts<JsonElement>(Json);
        webhooks.MapPost("/gitlab", FromGitLab)
            .WithName("TakeGitLabWebhook")
            .WithSummary("Hear of a push to the catalog's project from GitLab")
            .WithDescription("For GitLab to call, with the webhook's secret token (X-Gitlab-Token).")
            .Accepts<JsonElement>(Json);
        webhooks.MapPost("/jira", JiraWebhookEndpoint.TakeAsync)
            .WithName("TakeJiraWebhook")
            .WithSummary("Hear of a ticket from JIRA")
            .WithDescription("For JIRA to call: a webhook of an administrator, signed with its secret (X-Hub-Signature).")
            .WithProblems(Problem.StoreUnavailable)
            .Accepts<JsonElement>(Json);
        webhooks.MapPost("/terraform", TerraformWebhookEndpoint.TakeAsync)
            .WithName("TakeTerraformWebhook")
            .WithSummary("Hear of a run from Terraform Cloud")
            .WithDescription("For Terraform Cloud to call: a workspace's notification, signed with its token (X-TFE-Notification-Signature).")
            .WithMetadata(ExampleMetadata.OfAnswer(200, """{"status": "accepted"}"""))
            .WithProblems(Problem.StoreUnavailable)
            .Accepts<JsonElement>(Json);
    }

    private static Task<Results<Accepted<WebhookAnswer>, ProblemResult>> FromGitHub(
        HttpRequest request, WebhookEvents events, IOptions<WebhookOptions> options, CancellationToken cancellationToken) => TakeAsync(
            request,
            options.Value.GitHubSecret,
            nameof(WebhookOptions.GitHubSecret),
            (secret, body) => IsSigned(request.Headers["X-Hub-Signature-256"].ToString(), secret, body.Span),
            body => events.TakeGitHubAsync(
                WebhookOrigin.Of(request, "github"), request.Headers["X-GitHub-Event"].ToString(), request.Headers["X-GitHub-Delivery"].ToString(), body, cancellationToken),
            cancellationToken);

    private static Task<Results<Accepted<WebhookAnswer>, ProblemResult>> FromGitLab(
        HttpRequest request, WebhookEvents events, IOptions<WebhookOptions> options, CancellationToken cancellationToken) => TakeAsync(
            request,
            options.Value.GitLabToken,
            nameof(WebhookOptions.GitLabToken),
            (secret, _) => IsToken(request.Headers["X-Gitlab-Token"].ToString(), secret),
            body => Task.FromResult(events.TakeGitLab(WebhookOrigin.Of(request, "gitlab"), request.Headers["X-Gitlab-Event"].ToString(), body)),
            cancellationToken);

    private static async Task<Results<Accepted<WebhookAnswer>, ProblemResult>> TakeAsync(
        HttpRequest request,
        string? secret,
        string setting,
        Func<string, ReadOnlyMemory<byte>, bool> isVerified,
        Func<JsonElement, Task<WebhookAnswer>> take,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(secret))
            return new ProblemResult(Problem.WebhookNotTaken, $"Set {WebhookOptions.Section}:{setting}, and the same secret at the sender.");
        if (await JsonBody.ReadBoundedAsync(request.Body, cancellationToken) is not { } body)
            return new ProblemResult(Problem.BodyTooLarge, $"It has more than the {JsonBody.MaxBytes} bytes that are taken.");
        if (!isVerified(secret, body))
            return new ProblemResult(Problem.WebhookUnverified, $"Give the sender the secret that {WebhookOptions.Section}:{setting} has.");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
            return new ProblemResult(Problem.BodyNotJson, $"Set the webhook's content type to '{Json}'.");

        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            return TypedResults.Accepted((string?)null, await take(json.RootElement));
        }
        catch (JsonException e)
        {
            return new ProblemResult(Problem.BodyMalformed, e.Message);
        }
    }

    /// <summary>As GitHub signs: HMAC-SHA-256 over the bytes of the body.</summary>
    private static bool IsSigned(string header, string secret, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return header.StartsWith(SignaturePrefix, StringComparison.Ordinal)
            && header.Length == SignaturePrefix.Length + 2 * given.Length
            && Convert.FromHexString(header.AsSpan(SignaturePrefix.Length), given, out _, out _) is System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body), given);
    }

    /// <summary>Hashed first: neither content nor length of the secret shows in the time that this takes.</summary>
    private static bool IsToken(string header, string secret) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(header)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <param name="Status">Accepted, or ignored when it is about nothing that this service has to do with.</param>
/// <param name="Reason">Why it is ignored.</param>
internal sealed record WebhookAnswer(string Status, string? Reason = null)
{
    public static WebhookAnswer Accepted { get; } = new("accepted");

    [JsonIgnore]
    public bool IsIgnored => Status is "ignored";

    public static WebhookAnswer Ignored(string reason) => new("ignored", reason);
}
