using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Aws;

/// <summary>AWS's JSON protocol for Secrets Manager and the Parameter Store, and STS for web identities.</summary>
internal static class AwsEndpoints
{
    private const string KeyId = "AKIASANDBOX";
    private const string Secret = "sandbox/aws+secret";
    private const string TemporaryId = "ASIASANDBOX";
    private const string TemporarySecret = "sandbox-temporary-secret";

    public static void MapAwsOperator(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/aws/operator/secrets", (string name, [FromBody] string value, AwsSecrets secrets) => { secrets.Values[name] = value; });
        routes.MapPost("/aws/operator/fail/{times:int}", (int times, string error, AwsSecrets secrets) =>
        {
            for (var n = 0; n < times; n++)
                secrets.Faults.Enqueue(error);
        });
        routes.MapPut("/aws/operator/callers/{keyId}", (string keyId, string arn, [FromBody] string secret, CallerIdentities callers) => callers.Add(keyId, secret, arn));
        routes.MapGet("/aws/operator/calls", (AwsSecrets secrets) => secrets.Calls);
    }

    public static void MapAws(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/aws", Json);
        routes.MapPost("/aws/sts", Assume).DisableAntiforgery();
        routes.MapGet("/aws/sts", (HttpContext context, CallerIdentities callers, TimeProvider clock) =>
        {
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var (status, body) = callers.Answer(target, name => context.Request.Headers[name].ToString(), clock.GetUtcNow());
            return Results.Text(body, "application/json", statusCode: status);
        });
    }

    private static IResult Json(Call call, HttpRequest request, AwsSecrets secrets, TimeProvider clock)
    {
        var target = request.Headers["X-Amz-Target"].ToString();
        secrets.Calls.AddOrUpdate(target, 1, (_, before) => before + 1);
        var service = target.StartsWith("AmazonSSM.", StringComparison.Ordinal) ? "ssm" : "secretsmanager";
        if (request.ContentType is not "application/x-amz-json-1.1")
            return Error("SerializationException");
        if (SignatureCheck.WhyRefused(request, call.Body, service, (id, token) => SecretOf(id, token, secrets), clock.GetUtcNow()) is { } refusal)
            return Error(refusal);
        if (secrets.Faults.TryDequeue(out var fault))
            return Error(fault, fault is "InternalServiceError" ? 500 : 400);

        return target switch
        {
            "secretsmanager.GetSecretValue" => Find(call, "SecretId") is var (name, value)
                ? new Answer(200, new JsonObject { ["ARN"] = $"arn:aws:secretsmanager:eu-central-1:1:secret:{name}", ["Name"] = name, ["SecretString"] = value, ["VersionId"] = "1" }).ToResult()
                : Error("com.amazonaws.secretsmanager#ResourceNotFoundException"),
            "AmazonSSM.GetParameter" when (bool?)call.Json?["WithDecryption"] is true => Find(call, "Name") is var (name, value)
                ? new Answer(200, new JsonObject { ["Parameter"] = new JsonObject { ["Name"] = name, ["Type"] = "SecureString", ["Value"] = value, ["Version"] = 1 } }).ToResult()
                : Error("ParameterNotFound"),
            _ => Error("UnknownOperationException"),
        };

        (string Name, string Value)? Find(Call asked, string member) =>
            (string?)asked.Json?[member] is { } name && secrets.Values.TryGetValue(name, out var value) ? (name, value) : null;
    }

    private static IResult Assume(
        [FromForm] string action, [FromForm(Name = "WebIdentityToken")] string identity, [FromForm(Name = "RoleArn")] string role, AwsSecrets secrets, TimeProvider clock)
    {
        secrets.Calls.AddOrUpdate($"sts.{action}", 1, (_, before) => before + 1);
        if (identity is not "sandbox-web-identity" || action is not "AssumeRoleWithWebIdentity")
            return Results.Text("<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>", "text/xml", statusCode: 400);

        var token = secrets.SessionToken = Guid.NewGuid().ToString("n");
        return Results.Text($"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
              <AssumedRoleUser><Arn>{role}</Arn></AssumedRoleUser>
              <Credentials><AccessKeyId>{TemporaryId}</AccessKeyId><SecretAccessKey>{TemporarySecret}</SecretAccessKey>
              <SessionToken>{token}</SessionToken><Expiration>{clock.GetUtcNow().AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials>
            </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """, "text/xml");
    }

    // An empty secret stands for keys whose time is over.
    private static string? SecretOf(string id, string? token, AwsSecrets secrets) => (id, token) switch
    {
        (KeyId, null) => Secret,
        (TemporaryId, { } shown) => shown == secrets.SessionToken ? TemporarySecret : "",
        _ => null,
    };

    private static IResult Error(string type, int status = 400) =>
        new Answer(status, new JsonObject { ["__type"] = type, ["message"] = "a message for people" }).ToResult();
}

internal sealed class AwsSecrets
{
    public ConcurrentDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, int> Calls { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Faults { get; } = new();

    public string SessionToken { get; set; } = "";
}
