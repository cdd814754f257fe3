using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests.Watching;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

/// <summary>Submitting requests, watching them, deciding about them.</summary>
internal static class RequestEndpoints
{
    public static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<Submitting>();
        services.AddSingleton<DecisionTaking>();
        services.AddOptionsWithValidateOnStart<WatchOptions, WatchOptionsValidator>().BindConfiguration(WatchOptions.Section);
        services.AddSingleton<StatusStreams>();
        services.AddSingleton<StatusWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<StatusWatch>());
        return services;
    }

    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        var requests = routes.MapGroup("/requests").WithTags("Requests").RequireAuthorization(AccessRules.Developer)
            .WithProblems(Problem.Unauthenticated, Problem.RateExceeded, Problem.StoreUnavailable, Problem.Unexpected);

        requests.MapSubmit();
        requests.MapGet("", List)
            .WithName("ListRequests")
            .WithSummary("List the requests that one sees, newest first")
            .WithProblems(Problem.ParameterInvalid)
            .WithParameters(
                ParameterMetadata.Limit,
                ParameterMetadata.Cursor,
                new ParameterMetadata("status", "Only those that stand so, such as failed."),
                new ParameterMetadata("catalog_item_id", "Only those for this item."));
        requests.MapGet("/{id}", Get)
            .WithName("GetRequest")
            .WithSummary("A request with its actions; one for a bundle with its components and theirs")
            .WithMetadata(ExampleMetadata.OfAnswer(StatusCodes.Status200OK, RequestExamples.Bundle))
            .WithProblems(Problem.ParameterInvalid, Problem.RequestNotFound);
        requests.MapStatus();
        requests.MapLogs();
        requests.MapHistory();
        requests.MapDecisions();
        requests.MapCompletion();
        requests.MapExplain();
        requests.MapEscalation();
    }

    internal static ProblemResult NotFound(Guid id) =>
        new(Problem.RequestNotFound, $"There is no request {id}, or it is not yours to see.");

    private static async Task<Results<Ok<Page<RequestSummary>>, ProblemResult>> List(
        HttpRequest http, ClaimsPrincipal user, RequestStore requests, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var (limit, after) = (parameters.Limit(), parameters.After<RequestCursor>());
        var item = parameters.Text("catalog_item_id");
        var status = parameters.Word("status", RequestStatuses.Parse, Enum.GetValues<RequestStatus>().Select(status => status.ToText()));
        if (parameters.Refusal is { } refusal)
            return refusal;

        var rows = await requests.ListAsync(
            new RequestQuery(Caller.Of(user).Sees, status, item, after, limit + 1), cancellationToken);
        return TypedResults.Ok(Page<RequestSummary>.Of(
            rows, limit, RequestSummary.From, row => Cursor.Write(new RequestCursor(row.CreatedAt, row.Id))));
    }

    private static async Task<Results<Ok<RequestDetails>, ProblemResult>> Get(
        string id, HttpRequest http, ClaimsPrincipal user, RequestStore requests, CancellationToken cancellationToken)
    {
        var parameters = new ParameterReader(http);
        var requestId = parameters.Id(id);
        if (parameters.Refusal is { } refusal)
            return refusal;

        return await requests.FindAsync(requestId, Caller.Of(user).Sees, cancellationToken) is { } request
            ? TypedResults.Ok(RequestDetails.From(
                request,
                await requests.ActionsAsync(requestId, cancellationToken),
                await requests.ComponentsAsync(requestId, cancellationToken)))
            : NotFound(requestId);
    }
}
