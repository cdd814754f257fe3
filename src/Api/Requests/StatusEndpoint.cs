using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Hosting;
using Pao.Api.Limits;
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
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound, Problem.WaitingQuota)
        .WithProblems(Problem.WatchersTooMany)
        .WithParameters(
            new ParameterMetadata("wait", "How long to wait for a change.", Example: "30s"),
            ParameterMetadata.Header(StatusStream.LastEventId, "Of a stream: the last version that was received; 0 for all of them.", "7"))
        .RequireRateLimiting(CallLimits.Waiting)
        .DisableRequestTimeout();

    private static async Task<Results<Ok<RequestStatusBody>, NoContent, ProblemResult, StatusStream>> Status(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, StatusStreams streams, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (requestId, patience) = (parameters.Id(id), parameters.Seconds("wait", MaxWaitSeconds));
        if (parameters.Refusal is { } refusal)
            return refusal;

        var visibility = Caller.Of(user).Sees;
        if (await requests.FindAsync(requestId, visibility, cancellationToken) is not { } request)
            return RequestEndpoints.NotFound(requestId);
        if (StatusStreams.IsAskedFor(http))
            return await streams.OpenAsync(http, request, cancellationToken);
        if (patience == TimeSpan.Zero || request.Status.IsFinal())
            return TypedResults.Ok(RequestStatusBody.From(request));

        return await WaitAsync(http.HttpContext, request, visibility, patience, cancellationToken) is { } now
            ? now.Result is Ok<RequestStatusBody> ok ? ok : (ProblemResult)now.Result
            : StatusStreams.Full;
    }

    /// <returns>Null when nobody more may wait.</returns>
    private static async Task<Results<Ok<RequestStatusBody>, ProblemResult>?> WaitAsync(
        HttpContext http, Request request, Visibility visibility, TimeSpan patience, CancellationToken cancellationToken)
    {
        var watch = http.RequestServices.GetRequiredService<StatusWatch>();
        if (watch.TryEnter() is not { } place)
            return null;

        // Those who lose access while they wait are told nothing more. Those who wait get their answer when the service stops, instead of holding it up.
        using var held = place;
        CallPlace.Leave(http);
        var requests = http.RequestServices.GetRequiredService<RequestStore>();
        var renewal = http.RequestServices.GetRequiredService<AccessRenewal>();
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        try
        {
            var now = request;
            for (var left = patience; left > TimeSpan.Zero && now.Version == request.Version; left -= AccessRenewal.Period)
            {
                await watch.WaitAsync(request.Id, request.Version, left < AccessRenewal.Period ? left : AccessRenewal.Period, waiting.Token);
                var found = await watch.LookAsync(
                    async () => await renewal.IsStillAllowedAsync(http, cancellationToken)
                        ? await requests.FindAsync(request.Id, visibility, cancellationToken)
                        : null,
                    cancellationToken);
                if (found is null)
                    return RequestEndpoints.NotFound(request.Id);
                now = found;
            }

            return TypedResults.Ok(RequestStatusBody.From(now));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TypedResults.Ok(RequestStatusBody.From(request));
        }
    }
}
