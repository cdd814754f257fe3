using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

internal static class CompletionEndpoint
{
    public static void MapCompletion(this IEndpointRouteBuilder requests) => requests.MapPost("/{id}/actions/{actionId}/complete", Complete)
        .WithName("CompleteAction")
        .WithSummary("Say what came of an action that a person does by hand")
        .WithDescription(
            "The outputs are those that the document declares for it; later actions use them. Its ticket may be resolved before or after. "
            + "Sent again with the same effect.")
        .Accepts<WorkDoneBody>("application/json")
        .WithParameters(new ParameterMetadata("component", "The component of a bundle that the action belongs to.", Example: "database"))
        .WithMetadata(ExampleMetadata.OfRequest("""{"outputs": {"databaseUrl": "https://db.example.com/shop"}, "reason": "Made in the console."}"""))
        .WithProblems(
            Problem.BodyMalformed, Problem.ParameterInvalid, Problem.Forbidden, Problem.RequestNotFound, Problem.ActionNotFound, Problem.RequestStateConflict,
            Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);

    private static async Task<Results<Accepted<RequestStatusBody>, ProblemResult>> Complete(
        string id, string actionId, HttpRequest http, ClaimsPrincipal user, Completions completions, RequestStore requests,
        CancellationToken cancellationToken)
    {
        var (parameters, caller) = (new ParameterReader(http), Caller.Of(user));
        var (requestId, component) = (parameters.Id(id), parameters.Text("component"));
        if (parameters.Refusal is { } bad)
            return bad;

        var (done, refusal) = await WorkDoneBody.ReadAsync(http, cancellationToken);
        if (done is null)
            return refusal ?? throw new InvalidOperationException("A body was neither read nor refused.");

        var key = new ActionKey(requestId, component, actionId);
        return await completions.CompleteAsync(key, caller.Sees, CallOrigin.Of(http.HttpContext), done, cancellationToken) switch
        {
            CompletionOutcome.NoSuchRequest => RequestEndpoints.NotFound(requestId),
            CompletionOutcome.NotAllowed => DecisionEndpoints.NotAllowed,
            CompletionOutcome.NoSuchAction => new ProblemResult(Problem.ActionNotFound, $"There is no {key}."),
            CompletionOutcome.NotWaiting waiting => new ProblemResult(
                Problem.RequestStateConflict, $"The request is {waiting.Status.ToText()}, and the action does not wait for a person."),
            CompletionOutcome.Refused refused => SubmitRequest.Invalid(new(refused.Errors)),
            _ => await requests.FindAsync(requestId, caller.Sees, cancellationToken) is { } request
                ? TypedResults.Accepted(RequestLinks.To(requestId).Status, RequestStatusBody.From(request))
                : RequestEndpoints.NotFound(requestId),
        };
    }
}

/// <summary>What a person has done.</summary>
/// <param name="Outputs">By their names in the document.</param>
/// <param name="ExternalReference">Where it is found, if not in the ticket.</param>
/// <param name="Reason">What to say with it.</param>
internal sealed record WorkDoneBody(JsonObject Outputs, string? ExternalReference, string? Reason)
{
    private static readonly string[] Names = ["outputs", "external_reference", "reason"];

    public static async Task<(WorkDone? Done, ProblemResult? Refusal)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(http, cancellationToken);
        if (body.Root is not { } root)
            return (null, body.Problem);

        Dictionary<string, string[]> errors = [];
        foreach (var (name, _) in root.Where(member => !Names.Contains(member.Key)))
            errors[$"/{name}"] = [$"Is not known; there are {string.Join(", ", Names)}."];
        if (root["outputs"] is not (null or JsonObject))
            errors["/outputs"] = ["Must be an object."];
        var done = new WorkDone(
            root["outputs"] as JsonObject ?? [], ReasonBody.Read(root, "external_reference", errors), ReasonBody.Read(root, "reason", errors));
        return errors.Count > 0 ? (null, SubmitRequest.Invalid(errors)) : (done, null);
    }
}
