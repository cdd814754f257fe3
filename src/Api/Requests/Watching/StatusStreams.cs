using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Problems;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>Opens streams of a request's versions.</summary>
internal sealed class StatusStreams(RequestChanges changes, StatusWatch watch)
{
    public static readonly ProblemResult Full =
        new(Problem.WatchersTooMany, "As many callers wait here for changes as may. Ask without waiting, or come back.");

    /// <summary>Whether the caller names the stream's type and no other that is answered here.</summary>
    public static bool IsAskedFor(HttpRequest http)
    {
        var accepted = http.GetTypedHeaders().Accept;
        return accepted.Any(type => type.MediaType == StatusStream.MediaType && type.Quality is not 0)
            && !accepted.Any(type => type.MediaType == "application/json");
    }

    public async Task<Results<Ok<RequestStatusBody>, NoContent, ProblemResult, StatusStream>> OpenAsync(
        HttpRequest http, Request request, CancellationToken cancellationToken)
    {
        // Without a place to go on from, it begins with the request as it stands.
        var after = request.Version - 1;
        if (http.Headers[StatusStream.LastEventId] is { Count: > 0 } last)
        {
            if (last is not [{ } text]
                || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)
                || after > request.Version)
                return ProblemResult.Parameter(StatusStream.LastEventId, "Must be the id of an event of this request's stream, or 0.");
            if (await IsFinalAsync(request.Id, after, cancellationToken))
                return TypedResults.NoContent(); // to browsers: do not connect again
        }

        return watch.TryEnter() is { } place ? new StatusStream(new StatusFeed(request.Id, after), place) : Full;
    }

    private async Task<bool> IsFinalAsync(Guid requestId, long version, CancellationToken cancellationToken) =>
        await changes.SinceAsync([new ChangePlace(requestId, version)], limit: 1, cancellationToken) is [var change]
        && change.Version == version && change.Status.IsFinal();
}
