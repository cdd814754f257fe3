using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests.Watching;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class StatusEndpoint
{
    private const int MaxWaitSeconds = 60;

    public static void MapStatus(this IEndpointRouteBuilder requests) => requests.MapGet("/{id}/status", Status)
        .WithName("GetRequestStatus")
        .WithSummary("Where a request stands")
        .WithDescription(
            $"With wait=30s (at most {MaxWaitSeconds}s) it answers at the next change, or when the time is over; a final state answers at once. "
            + "With Accept: text/event-stream it tells each version of the request as an event, beginning with the latest or after "
            + "Last-Event-ID, and ends after the final one; 204 when that was told already.")
        .Produces(StatusCodes.Status204NoContent)
        .WithMetadata(new StreamMetadata(StatusStream.MediaType, StatusStreamExample.Text))
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound)
        .WithProblems(Problem.WatchersTooMany)
        .WithParameters(
            new ParameterMetadata("wait", "How long to wait for a change.", Example: "30s"),
            ParameterMetadata.Header(StatusStream.LastEventId, "Of a stream: the last version that was received; 0 for all of them.", "7"))
        .DisableRequestTimeout();

    private static async Task<Results<Ok<RequestStatusBody>, NoContent, ProblemResult, StatusStream>> Status(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, StatusWatch watch, StatusStreams streams,
        IHostApplicationLifetime host, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (requestId, patience) = (parameters.Id(id), parameters.Seconds("wait", MaxWaitSeconds));
        if (parameters.Refusal is { } refusal)
            return refusal;

        var caller = Caller.Of(user);
        if (await requests.FindAsync(requestId, caller.Own, cancellationToken) is not { } request)
            return RequestEndpoints.NotFound(requestId);
        if (StatusStreams.IsAskedFor(http))
            return await streams.OpenAsync(http, request, caller, cancellationToken);
        if (patience == TimeSpan.Zero || request.Status.IsFinal())
            return TypedResults.Ok(RequestStatusBody.From(request));
        if (watch.TryEnter() is not { } place)
            return StatusStreams.Full;

        CallPlace.Leave(http.HttpContext);

        // Those who wait get their answer when the service stops, instead of holding it up.
        using var held = place;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        try
        {
            await watch.WaitAsync(requestId, request.Version, patience, waiting.Token);
        }
        catch (OperationCanceledException) when (host.ApplicationStopping.IsCancellationRequested)
        {
            return TypedResults.Ok(RequestStatusBody.From(request));
        }

        return await requests.FindAsync(requestId, caller.Own, cancellationToken) is { } now
            ? TypedResults.Ok(RequestStatusBody.From(now))
            : RequestEndpoints.NotFound(requestId);
    }
}
