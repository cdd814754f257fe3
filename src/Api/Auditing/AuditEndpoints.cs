using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Auditing;

namespace Pao.Api.Auditing;

/// <summary>What happened, for administrators.</summary>
internal static class AuditEndpoints
{
    private const string Lines = "application/jsonl";
    private const string Pem = "application/x-pem-file";

    public static IServiceCollection AddAuditing(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<HeadOptions>().BindConfiguration(HeadOptions.Section);
        services.AddSingleton<IValidateOptions<HeadOptions>, HeadOptionsValidator>();
        services.AddSingleton<HeadSigning>();
        services.AddSingleton<HeadPost>();
        services.AddSingleton<HeadEmission>();
        services.AddHostedService(provider => provider.GetRequiredService<HeadEmission>());
        services.AddSingleton<RefusalNotes>();
        return services;
    }

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/audit").WithTags("Audit").RequireAuthorization(AccessRules.Admin)
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.Forbidden, Problem.StoreUnavailable, Problem.Unexpected);
        audit.MapGet("", List)
            .WithName("ListAudit")
            .WithSummary("Who did what, when and from where, newest first")
            .WithDescription("In the names of AWS CloudTrail's records. An entry gets its place in the hash chain (paoSeal) within seconds.")
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(
                ParameterMetadata.Limit,
                ParameterMetadata.Cursor,
                new ParameterMetadata("actor", "Only what this principal did (userIdentity.principalId)."),
                new ParameterMetadata("action", "Only this (eventName), such as request.abort."),
                new ParameterMetadata("request_id", "Only what concerns this request.", Schema: new() { Type = JsonSchemaType.String, Format = "uuid" }),
                new ParameterMetadata("correlation_id", "Only what a call with this correlation id did."),
                new ParameterMetadata("source_address", "Only what came from this network address."),
                new ParameterMetadata("from", "Not before this time.", Schema: Time()),
                new ParameterMetadata("to", "Before this time.", Schema: Time()))
            .WithMetadata(ExampleMetadata.OfAnswer(200, AuditExamples.Page));
        audit.MapGet("/export", Export)
            .WithName("ExportAudit")
            .WithSummary("The whole audit in the order of its chain, a line of JSON each, for `pao audit verify` and for an archive")
            .WithDescription("Entries that have no place yet come last. With after it goes on where an earlier export ended.")
            .Produces<string>(StatusCodes.Status200OK, Lines)
            .DisableRequestTimeout()
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(new ParameterMetadata(
                "after", "Begins after this place in the chain.", Schema: new() { Type = JsonSchemaType.Integer, Minimum = "0" }));
        audit.MapGet("/public-key", PublicKey)
            .WithName("GetAuditPublicKey")
            .WithSummary("The public key of the heads that this process signs, in PEM")
            .Produces<string>(StatusCodes.Status200OK, Pem);
    }

    private static OpenApiSchema Time() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    private static async Task<Results<Ok<Page<AuditRecord>>, ProblemResult>> List(
        HttpRequest http, AuditTrail trail, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (limit, after) = (parameters.Limit(), parameters.After<AuditCursor>());
        var query = new AuditQuery(
            parameters.Text("actor"), parameters.Text("action"), parameters.Uuid("request_id"), parameters.Text("correlation_id"),
            parameters.Text("source_address"), parameters.Time("from"), parameters.Time("to"), after, limit + 1);
        if (parameters.Refusal is { } refusal)
            return refusal;

        var records = await trail.ListAsync(query, cancellationToken);
        return TypedResults.Ok(Page<AuditRecord>.Of(records, limit, record => record, record => Cursor.Write(record.ToCursor())));
    }

    private static Results<PushStreamHttpResult, ProblemResult> Export(
        HttpRequest http, AuditTrail trail, AccessRenewal renewal, TimeProvider time, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var after = parameters.Number("after");
        if (parameters.Refusal is { } refusal)
            return refusal;

        // It takes as long as its reader takes: each page is asked for when the one before it is on its way. Others do not wait for
        // its place meanwhile, and whoever loses access is cut off.
        CallPlace.Leave(http.HttpContext);
        return TypedResults.Stream(
            async body =>
            {
                await using var writer = new StreamWriter(body, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                var asked = time.GetTimestamp();
                await foreach (var line in trail.ExportAsync(after ?? 0, cancellationToken))
                {
                    if (time.GetElapsedTime(asked) > AccessRenewal.Period)
                    {
                        if (!await renewal.IsStillAllowedAsync(http.HttpContext, cancellationToken))
                        {
                            http.HttpContext.Abort();
                            return;
                        }

                        asked = time.GetTimestamp();
                    }

                    await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
                }
            },
            Lines);
    }

    private static ContentHttpResult PublicKey(HeadSigning signing) => TypedResults.Text(signing.Key.PublicPem + "\n", Pem);
}
