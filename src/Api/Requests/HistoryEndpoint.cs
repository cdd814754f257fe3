using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Histories;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class HistoryEndpoint
{
    public static void MapHistory(this IEndpointRouteBuilder requests) => requests.MapGet("/{id}/history", History)
        .WithName("GetRequestHistory")
        .WithSummary("The history of a request's orchestration: calls, tries, timers, decisions")
        .WithDescription("That of a bundle shows its components as sub-orchestrations; with component=… it is that component's own.")
        .WithParameters(new ParameterMetadata(
            "component", "A component of the bundle, as the instance_id of the sub-orchestration has it after the request's id.", Example: "database"))
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound, Problem.HistoryNotFound);

    private static async Task<Results<Ok<RequestHistory>, ProblemResult>> History(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, DurableTaskClient client, HistoryPages histories,
        CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var requestId = parameters.Id(id);
        var instanceId = parameters.Text("component") is { } component ? $"{requestId}:{component}" : requestId.ToString();
        if (parameters.Refusal is { } refusal)
            return refusal;
        if (await requests.FindAsync(requestId, Caller.Of(user).Sees, cancellationToken) is null)
            return RequestEndpoints.NotFound(requestId);
        if (await client.GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is not { } instance
            || await histories.ReadAsync(instanceId, after: null, int.MaxValue, cancellationToken) is not { } history)
            return new ProblemResult(Problem.HistoryNotFound, "It has been accepted and not begun yet; ask again in a moment.");

        return TypedResults.Ok(new RequestHistory(
            requestId, instance.Name, instance.RuntimeStatus.ToString().ToLowerInvariant(), history.Entries));
    }
}

/// <summary>The history of a request's orchestration. Secrets are references in it.</summary>
internal sealed record RequestHistory(Guid Id, string Orchestrator, string RuntimeStatus, IReadOnlyList<HistoryEntry> Events);
