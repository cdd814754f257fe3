using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Pao.Api.Histories;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;

namespace Pao.Api.Orchestrations;

internal static class OrchestrationHistoryEndpoint
{
    private const int DefaultLimit = 200;
    private const int MaxLimit = 1000;

    public static void MapOrchestrationHistory(this IEndpointRouteBuilder orchestrations) => orchestrations.MapGet("/{id}/history", History)
        .WithName("GetOrchestrationHistory")
        .WithSummary("What happened in an orchestration, in order, with durations, a page at a time")
        .WithDescription("Inputs and outputs are cut after 2 KiB, and members named like secrets are redacted.")
        .WithParameters(
            ParameterMetadata.InstanceId,
            ParameterMetadata.Cursor,
            new ParameterMetadata(
                "limit", "How many events at most.", Schema: new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "1000", Default = DefaultLimit }))
        .WithProblems(Problem.ParameterInvalid, Problem.OrchestrationNotFound)
        .WithMetadata(ExampleMetadata.OfAnswer(200, OrchestrationExamples.History));

    private static async Task<Results<Ok<Page<HistoryEntry>>, ProblemResult>> History(
        string id, HttpRequest http, HistoryPages histories, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (instanceId, limit) = (parameters.InstanceId(id), parameters.Limit(DefaultLimit, MaxLimit));
        var after = parameters.After<HistoryCursor>();
        if (parameters.Refusal is { } refusal)
            return refusal;

        if (await histories.ReadAsync(instanceId, after, limit, cancellationToken) is not { } history)
            return after is null || await histories.ReadAsync(instanceId, after: null, limit: 1, cancellationToken) is null
                ? OrchestrationEndpoints.NotFound(instanceId)
                : ProblemResult.Parameter("cursor", "The orchestration has begun anew since; read its history from the start, without a cursor.");

        var next = history.Next is null ? null : Cursor.Write(history.Next);
        return TypedResults.Ok(new Page<HistoryEntry>(history.Entries, new(next is not null, next)));
    }
}
