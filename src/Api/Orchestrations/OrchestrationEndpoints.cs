using Grpc.Core;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Access;
using Pao.Api.Histories;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.DurableTask;
using Pao.DurableTask.Protocol;

namespace Pao.Api.Orchestrations;

/// <summary>What the hub runs, for operators: to look at and to steer.</summary>
internal static class OrchestrationEndpoints
{
    public static IServiceCollection AddOrchestrations(this IServiceCollection services)
    {
        services.AddSingleton<HistoryPages>();
        services.AddSingleton<OrchestrationList>();
        services.AddSingleton<Steering>();
        return services;
    }

    public static void MapOrchestrations(this IEndpointRouteBuilder routes)
    {
        var orchestrations = routes.MapGroup("/orchestrations").WithTags("Orchestrations")
            .RequireAuthorization(AccessRules.Operator)
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.StoreUnavailable, Problem.Unexpected);

        orchestrations.MapGet("", List)
            .WithName("ListOrchestrations")
            .WithSummary("List what the hub runs and has run, oldest first")
            .WithDescription("With name or poisoned each call looks at 1,000 orchestrations at most: a page may be short and have a next one.")
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(
                ParameterMetadata.Limit,
                ParameterMetadata.Cursor,
                new ParameterMetadata("status", $"Only those that stand so; several with commas between. One of {string.Join(", ", OrchestrationStatuses.Words)}."),
                new ParameterMetadata("name", "Only those of this orchestrator."),
                new ParameterMetadata("id_prefix", "Only those whose id begins so."),
                new ParameterMetadata("created_from", "Only those created then or later.", Schema: Time()),
                new ParameterMetadata("created_to", "Only those created before.", Schema: Time()),
                new ParameterMetadata("poisoned", "true: only those that the hub has set aside.", Schema: new() { Type = JsonSchemaType.Boolean }))
            .WithMetadata(ExampleMetadata.OfAnswer(200, OrchestrationExamples.Page));
        orchestrations.MapGet("/{id}", Get)
            .WithName("GetOrchestration")
            .WithSummary("An orchestration's state, with input, output and failure")
            .WithDescription("Inputs and outputs are cut after 2 KiB, and members named like secrets are redacted.")
            .WithParameters(ParameterMetadata.InstanceId)
            .WithProblems(Problem.ParameterInvalid, Problem.OrchestrationNotFound)
            .WithMetadata(ExampleMetadata.OfAnswer(200, OrchestrationExamples.Failed));
        orchestrations.MapOrchestrationHistory();
        orchestrations.MapSteering();
    }

    internal static ProblemResult NotFound(string id) => new(Problem.OrchestrationNotFound, $"The hub has no orchestration '{id}'.");

    private static OpenApiSchema Time() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    private static async Task<Results<Ok<Requests.Page<OrchestrationSummary>>, ProblemResult>> List(
        HttpRequest http, OrchestrationList list, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (limit, after) = (parameters.Limit(), parameters.After<OrchestrationCursor>());
        var filter = ReadFilter(parameters);
        if (parameters.Refusal is { } refusal)
            return refusal;

        try
        {
            var page = await list.ReadAsync(filter, after, limit, cancellationToken);
            var next = page.Next is null ? null : Cursor.Write(page.Next);
            return TypedResults.Ok(new Requests.Page<OrchestrationSummary>(page.Data, new(next is not null, next)));
        }
        catch (RpcException e) when (after is not null && e.StatusCode is StatusCode.InvalidArgument)
        {
            return ProblemResult.Parameter("cursor", "Must be the next_cursor of a page of this list.");
        }
    }

    private static OrchestrationFilter ReadFilter(ParameterReader parameters)
    {
        var statuses = parameters.Words("status", OrchestrationStatuses.Parse, OrchestrationStatuses.Words);
        var poisoned = parameters.Flag("poisoned");
        if (poisoned && statuses.Count > 0 && !statuses.Contains(OrchestrationStatus.Failed))
            parameters.Refuse("poisoned", "Those that are set aside are failed: leave status out, or let it be failed.");

        return new OrchestrationFilter(
            poisoned ? [OrchestrationStatus.Failed] : statuses,
            parameters.Text("name"),
            parameters.Text("id_prefix"),
            parameters.Time("created_from"),
            parameters.Time("created_to"),
            poisoned);
    }

    private static async Task<Results<Ok<OrchestrationDetails>, ProblemResult>> Get(
        string id, HttpRequest http, ITaskHub hub, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var instanceId = parameters.InstanceId(id);
        if (parameters.Refusal is { } refusal)
            return refusal;

        var found = await hub.GetInstanceAsync(
            new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true }, cancellationToken);
        return found.Exists ? TypedResults.Ok(OrchestrationDetails.From(found.OrchestrationState)) : NotFound(instanceId);
    }
}
