using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class StatusEndpoint
{
    private const int MaxWaitSeconds = 60;

    public static void MapStatus(this IEndpointRouteBuilder requests) => requests.MapGet("/{id}/status", Status)
        .WithName("GetRequestStatus")
        .WithSummary("Where a request stands")
        .WithDescription($"With wait=30s (at most {MaxWaitSeconds}s) it answers at the next change, or when the time is over; a final state answers at once.")
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound)
        .WithParameters(new ParameterMetadata("wait", "How long to wait for a change.", Example: "30s"))
        .DisableRequestTimeout();

    private static async Task<Results<Ok<RequestStatusBody>, ProblemResult>> Status(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, StatusWatch watch, AccessRenewal renewal,
        IHostApplicationLifetime host, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (requestId, patience) = (parameters.Id(id), parameters.Seconds("wait", MaxWaitSeconds));
        if (parameters.Refusal is { } refusal)
            return refusal;

        var visibility = Caller.Of(user).Sees;
        if (await requests.FindAsync(requestId, visibility, cancellationToken) is not { } request)
            return RequestEndpoints.NotFound(requestId);
        if (patience == TimeSpan.Zero || request.Status.IsFinal())
            return TypedResults.Ok(RequestStatusBody.From(request));

        // Those who lose access while they wait are told nothing more. Those who wait get their answer when the service stops, instead of holding it up.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        try
        {
            var now = request;
            for (var left = patience; left > TimeSpan.Zero && now.Version == request.Version; left -= AccessRenewal.Period)
            {
                await watch.WaitAsync(requestId, request.Version, left < AccessRenewal.Period ? left : AccessRenewal.Period, waiting.Token);
                if (!await renewal.IsStillAllowedAsync(http.HttpContext, cancellationToken)
                    || await requests.FindAsync(requestId, visibility, cancellationToken) is not { } found)
                    return RequestEndpoints.NotFound(requestId);
                now = found;
            }

            return TypedResults.Ok(RequestStatusBody.From(now));
        }
        catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested)
        {
            return TypedResults.Ok(RequestStatusBody.From(request));
        }
    }
}
