using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Activities.Terraform;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Inbound;

namespace Pao.Api.Webhooks;

/// <summary>
/// Hears of runs from Terraform Cloud. A notification is stored before it is answered, and told to whoever waits for the run, now or
/// later; how the run stands is then read from Terraform Cloud.
/// </summary>
internal static class TerraformWebhookEndpoint
{
    private const string SignatureHeader = "X-TFE-Notification-Signature";
    private const string Source = "terraform";

    public static async Task<Results<Accepted<WebhookAnswer>, Ok<WebhookAnswer>, ProblemResult>> TakeAsync(
        HttpRequest request, TerraformEvents terraform, InboundEvents inbound, CancellationToken cancellationToken)
    {
        if (!terraform.AreTaken)
            return new ProblemResult(
                Problem.WebhookNotTaken, $"Name a secret in {TerraformOptions.Section}:Mappings:<name>:TerraformCloud:WebhookSecret, and give the notification the same as its token.");
        if (await JsonBody.ReadBoundedAsync(request.Body, cancellationToken) is not { } body)
            return new ProblemResult(Problem.BodyTooLarge, $"It has more than the {JsonBody.MaxBytes} bytes that are taken.");
        if (!terraform.IsSigned(request.Headers[SignatureHeader].ToString(), body.Span))
            return new ProblemResult(
                Problem.WebhookUnverified, $"Give the notification the token that the secret of {TerraformOptions.Section}:Mappings:<name>:TerraformCloud:WebhookSecret is.");

        try
        {
            var keys = TerraformEvents.KeysOf(body);
            if (keys.Count is 0)
                return TypedResults.Ok(WebhookAnswer.Accepted); // somebody saves the notification, which Terraform Cloud only does when this answers

            // Deliveries have no number: one that says the same is the same.
            await inbound.AcceptAsync(WebhookOrigin.Of(request, Source), Source, Convert.ToHexStringLower(SHA256.HashData(body.Span)), keys, cancellationToken);
            return TypedResults.Accepted((string?)null, WebhookAnswer.Accepted);
        }
        catch (JsonException e)
        {
            return new ProblemResult(Problem.BodyMalformed, e.Message);
        }
    }
}
