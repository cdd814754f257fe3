using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Activities.Jira;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Inbound;

namespace Pao.Api.Webhooks;

/// <summary>
/// Hears of tickets from JIRA. An event is stored before JIRA is answered, once for each delivery, and told to whoever waits for
/// the ticket, now or later; how the ticket stands is then read from JIRA.
/// </summary>
internal static class JiraWebhookEndpoint
{
    private const string SignatureHeader = "X-Hub-Signature";
    private const string DeliveryHeader = "X-Atlassian-Webhook-Identifier";

    public static async Task<Results<Accepted<WebhookAnswer>, ProblemResult>> TakeAsync(
        HttpRequest request, JiraEvents jira, InboundEvents inbound, CancellationToken cancellationToken)
    {
        if (!jira.AreTaken)
            return new ProblemResult(Problem.WebhookNotTaken, $"Name a secret in {JiraOptions.Section}:Instances:<name>:WebhookSecret, and give JIRA the same.");
        if (await JsonBody.ReadBoundedAsync(request.Body, cancellationToken) is not { } body)
            return new ProblemResult(Problem.BodyTooLarge, $"It has more than the {JsonBody.MaxBytes} bytes that are taken.");
        var sender = jira.SenderOf(request.Headers[SignatureHeader].ToString(), body.Span)
            ?? jira.SenderOf(request.Headers.Authorization.ToString(), request.Path.ToUriComponent());
        if (sender is null)
            return new ProblemResult(Problem.WebhookUnverified, $"Give JIRA's webhook the secret that {JiraOptions.Section}:Instances:<name>:WebhookSecret names.");

        try
        {
            var keys = jira.KeysOf(sender, body);
            if (keys.Count is 0)
                return TypedResults.Accepted((string?)null, WebhookAnswer.Ignored("It is about no ticket."));

            await inbound.AcceptAsync(WebhookOrigin.Of(request, "jira"), $"jira:{sender}", DeliveryOf(request, body.Span), keys, cancellationToken);
            return TypedResults.Accepted((string?)null, WebhookAnswer.Accepted);
        }
        catch (JsonException e)
        {
            return new ProblemResult(Problem.BodyMalformed, e.Message);
        }
    }

    /// <summary>The same for a delivery and its repeats: as JIRA numbers it, or, where it does not, by what it says.</summary>
    private static string DeliveryOf(HttpRequest request, ReadOnlySpan<byte> body) =>
        request.Headers[DeliveryHeader].ToString() is { Length: > 0 and <= InboundEvents.LongestText } id ? id : Convert.ToHexStringLower(SHA256.HashData(body));
}
