using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Pao.Api.Access;
using Pao.Api.Auditing;
using Pao.Api.OpenApi;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Catalog;
using Pao.Orchestrator.Planning;

namespace Pao.Api.Catalog;

/// <summary>For operators: whose automation is off, so that people fulfil new requests by the manual actions of the document.</summary>
internal static class AutomationEndpoints
{
    public static void MapAutomation(this IEndpointRouteBuilder catalog)
    {
        catalog.MapGet("/automation", List)
            .RequireAuthorization(AccessRules.Operator)
            .WithName("ListAutomationSwitches")
            .WithSummary("The items whose automation an operator has switched off")
            .WithProblems(Problem.Forbidden, Problem.StoreUnavailable);
        catalog.MapPut("/items/{id}/automation", Switch)
            .RequireAuthorization(AccessRules.Operator)
            .WithName("SwitchAutomation")
            .WithSummary("Switch the automation of an item off or on again, for requests that begin from now on")
            .WithDescription("Requests that have begun keep their plan. Sent again with the same effect.")
            .Accepts<AutomationBody>("application/json")
            .WithMetadata(ExampleMetadata.OfRequest("""{"automatic": false, "reason": "The API of the databases charges twice."}"""))
            .WithProblems(
                Problem.Forbidden, Problem.ItemNotFound, Problem.StoreUnavailable, Problem.BodyMalformed, Problem.BodyTooLarge, Problem.BodyNotJson, Problem.BodyInvalid);
    }

    private static async Task<Ok<SwitchedOffItems>> List(AutomationSwitches switches, CancellationToken cancellationToken) =>
        TypedResults.Ok(new SwitchedOffItems([.. (await switches.ListAsync(cancellationToken)).Select(SwitchedOffItem.From)]));

    private static async Task<Results<NoContent, ProblemResult>> Switch(
        string id, HttpContext context, ServiceCatalog catalog, AutomationSwitches switches, CancellationToken cancellationToken)
    {
        var (body, refusal) = await AutomationBody.ReadAsync(context.Request, cancellationToken);
        if (body is null)
            return refusal ?? throw new InvalidOperationException("A body was neither read nor refused.");
        if (catalog.Current.Find(id) is null)
            return new ProblemResult(Problem.ItemNotFound, $"The catalog has no item '{id}'.");

        await switches.SwitchAsync(id, body.Automatic, CallOrigin.Of(context), body.Reason, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>Items whose automation is off.</summary>
internal sealed record SwitchedOffItems(IReadOnlyList<SwitchedOffItem> Data);

/// <summary>An item whose automation is off.</summary>
internal sealed record SwitchedOffItem(string CatalogItemId, string SwitchedOffBy, string? Reason, DateTimeOffset SwitchedOffAt)
{
    public static SwitchedOffItem From(AutomationSwitch one) => new(one.CatalogItemId, one.By, one.Reason, one.At);
}

/// <summary>Whether an item is automated as its document says.</summary>
/// <param name="Automatic">False: people fulfil it for now.</param>
/// <param name="Reason">Why; requests show it with their plan.</param>
internal sealed record AutomationBody(bool Automatic, string? Reason)
{
    public static async Task<(AutomationBody? Body, ProblemResult? Refusal)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(http, cancellationToken);
        if (body.Root is not { } root)
            return (null, body.Problem);

        Dictionary<string, string[]> errors = [];
        foreach (var (name, _) in root.Where(member => member.Key is not ("automatic" or "reason")))
            errors[$"/{name}"] = ["Is not known; there are automatic and reason."];
        var reason = ReasonBody.Read(root, "reason", errors);
        if (root["automatic"] is not JsonValue automatic || automatic.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            errors["/automatic"] = ["Must be true or false."];
        return errors.Count > 0
            ? (null, SubmitRequest.Invalid(errors))
            : (new AutomationBody(root["automatic"]!.GetValue<bool>(), reason), null);
    }
}
