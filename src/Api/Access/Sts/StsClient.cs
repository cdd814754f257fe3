using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Pao.Activities.Resilience;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Sts;

/// <summary>Makes the call that a token is, and reads who AWS says has signed it.</summary>
internal sealed class StsClient(IHttpClientFactory clients, IOptions<StsOptions> options, TimeProvider time)
{
    public const string ClientName = "sts";

    private const string SystemName = "access:sts";
    private const int MaxAnswer = 64 * 1024;

    /// <summary>Codes of STS that say something about the load, not about the token; it answers them with 400, too.</summary>
    private static readonly string[] Throttles = ["Throttling", "ThrottlingException", "RequestLimitExceeded", "RequestThrottled"];

    public async Task<StsAnswer> AskAsync(StsToken token, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, token.Address);
        request.Headers.TryAddWithoutValidation(StsToken.ServerIdHeader, options.Value.ServerId);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        ExternalSystems.Name(request, SystemName);
        ExternalSystems.Bound(request, MaxAnswer);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var answer = await client.SendAsync(request, both.Token);
            return Judge(answer.StatusCode, await answer.Content.ReadAsStringAsync(both.Token));
        }
        catch (Exception lost) when (lost is HttpRequestException or SystemUnavailableException or IOException)
        {
            return new StsAnswer.Unavailable(lost.Message);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new StsAnswer.Unavailable($"It did not answer within {options.Value.Timeout}.");
        }
    }

    private static StsAnswer Judge(HttpStatusCode status, string text)
    {
        var body = Read(text);
        if (status is HttpStatusCode.OK)
            return (string?)Find(body, "GetCallerIdentityResponse", "GetCallerIdentityResult", "Arn") is { } arn && AwsIdentity.IsCaller(arn)
                ? new StsAnswer.Identity(arn)
                : new StsAnswer.Refused("STS named no identity that a principal can have.");

        var code = (string?)Find(body, "Error", "Code");
        return (int)status is 400 or 401 or 403 && !Throttles.Contains(code)
            ? new StsAnswer.Refused($"STS answered {(int)status} {code}.")
            : new StsAnswer.Unavailable($"STS answered {(int)status} {code}.");
    }

    private static JsonValue? Find(JsonNode? node, params string[] path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value : null;
    }

    private static JsonNode? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
