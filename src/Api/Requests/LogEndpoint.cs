using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class LogEndpoint
{
    public static void MapLogs(this IEndpointRouteBuilder requests) => requests.MapGet("/{id}/logs", Logs)
        .WithName("GetRequestLogs")
        .WithSummary("What happened to a request, line by line, oldest first")
        .WithParameters(ParameterMetadata.Limit, ParameterMetadata.Cursor)
        .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound);

    private static async Task<Results<Ok<Page<LogLine>>, ProblemResult>> Logs(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (requestId, limit, after) = (parameters.Id(id), parameters.Limit(), parameters.After<LogCursor>());
        if (parameters.Refusal is { } refusal)
            return refusal;
        if (await requests.FindAsync(requestId, Caller.Of(user).Sees, cancellationToken) is null)
            return RequestEndpoints.NotFound(requestId);

        var lines = await requests.LogAsync(requestId, after?.Sequence ?? 0, limit + 1, cancellationToken);
        return TypedResults.Ok(Page<LogLine>.Of(lines, limit, LogLine.From, line => Cursor.Write(new LogCursor(line.Sequence))));
    }
}

internal sealed record LogCursor(long Sequence);

internal sealed record LogLine(DateTimeOffset Time, string Level, string Message, string? Action, string? Component)
{
    public static LogLine From(LogEntry entry) => new(entry.At, entry.Level, entry.Message, entry.ActionId, entry.ComponentId);
}
