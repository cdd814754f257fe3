using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Explaining;
using Pao.Orchestrator.Planning;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

/// <summary>The answer to a submission.</summary>
internal sealed record SubmittedRequest(
    Guid Id, string CatalogItemId, RequestStatus Status, DateTimeOffset CreatedAt, RequestLinks Links)
{
    public static SubmittedRequest From(Request request) =>
        new(request.Id, request.CatalogItemId, request.Status, request.CreatedAt, RequestLinks.To(request.Id));
}

internal sealed record RequestLinks(string Self, string Status, string Logs, string History)
{
    public static RequestLinks To(Guid id)
    {
        var self = $"/api/v1/requests/{id}";
        return new(self, $"{self}/status", $"{self}/logs", $"{self}/history");
    }
}

/// <summary>A request in a list.</summary>
internal sealed record RequestSummary(
    Guid Id,
    string CatalogItemId,
    string CatalogItemVersion,
    RequestStatus Status,
    string UserId,
    string? Team,
    Progress Progress,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt)
{
    public static RequestSummary From(Request request) => new(
        request.Id, request.CatalogItemId, request.CatalogItemVersion, request.Status, request.UserId, request.Team,
        request.Progress, request.CreatedAt, request.UpdatedAt, request.CompletedAt);
}

/// <summary>A request with everything about it.</summary>
internal sealed record RequestDetails(
    Guid Id,
    string CatalogItemId,
    string CatalogItemVersion,
    RequestStatus Status,
    string UserId,
    string? Team,
    JsonObject Fields,
    string CorrelationId,
    Progress Progress,
    string? CurrentAction,
    PlanBody? Plan,
    JsonObject? Error,
    IReadOnlyList<RequestActionBody> Actions,
    IReadOnlyList<RequestComponentBody>? Components,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt,
    RequestLinks Links)
{
    public static RequestDetails From(
        Request request, IReadOnlyList<RequestAction> actions, IReadOnlyList<RequestComponent> components) => new(
        request.Id, request.CatalogItemId, request.CatalogItemVersion, request.Status, request.UserId, request.Team,
        FieldSecrets.Redact(request.Fields), request.CorrelationId, request.Progress, request.CurrentAction, PlanBody.From(request.Plan?.Item),
        FailureContext.Of(request.OpenError(), actions),
        [.. actions.Where(action => action.ComponentId is null).Select(RequestActionBody.From)],
        components.Count == 0 ? null : [.. components.Select(component => RequestComponentBody.From(component, request.Plan, actions))],
        request.CreatedAt, request.UpdatedAt, request.CompletedAt,
        RequestLinks.To(request.Id));
}

/// <summary>A component of a request for a bundle, with the actions of its item.</summary>
internal sealed record RequestComponentBody(
    string Id,
    string CatalogItemId,
    string CatalogItemVersion,
    IReadOnlyList<string> DependsOn,
    string Status,
    PlanBody? Plan,
    JsonObject? Outputs,
    JsonObject? Error,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    IReadOnlyList<RequestActionBody> Actions)
{
    public static RequestComponentBody From(RequestComponent component, ChosenPlan? plan, IEnumerable<RequestAction> actions) => new(
        component.Id, component.CatalogItemId, component.CatalogItemVersion, component.DependsOn, component.Status,
        PlanBody.From(plan?.Components?.GetValueOrDefault(component.Id)), component.Outputs, OpenError(component), component.StartedAt, component.CompletedAt,
        [.. actions.Where(action => action.ComponentId == component.Id).Select(RequestActionBody.From)]);

    // One that a retry left behind is in the log.
    private static JsonObject? OpenError(RequestComponent component) => component.Status == "failed" ? component.Error : null;
}

/// <summary>An action of a request. What it sent stays inside: it may name more than its requester may see.</summary>
internal sealed record RequestActionBody(
    string Id,
    string Type,
    string Status,
    int Attempts,
    JsonObject? Output,
    JsonObject? Error,
    string? ExternalReference,
    WaitBody? Waits,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt)
{
    public static RequestActionBody From(RequestAction action) => new(
        action.Id, action.Type, action.Status, action.Attempts, action.Output, action.Error, action.ExternalReference,
        WaitBody.From(action), action.StartedAt, action.CompletedAt);
}

/// <summary>How a request, or a component, is fulfilled; fixed before the first action.</summary>
/// <param name="Mode">automatic or manual.</param>
/// <param name="Reason">Why.</param>
internal sealed record PlanBody(string Mode, string Reason)
{
    public static PlanBody? From(PlanChoice? choice) =>
        choice is null ? null : new(choice.Mode is FulfillmentMode.Automatic ? "automatic" : "manual", choice.Reason);
}

/// <summary>What an action waits for outside.</summary>
/// <param name="For">The ticket or run; or the system that is away.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">When it is given up, if ever.</param>
internal sealed record WaitBody(string For, DateTimeOffset? Since, DateTimeOffset? Until)
{
    public static WaitBody? From(RequestAction action) => action switch
    {
        { Status: not "in_progress" } => null,
        { ParkedSystem: { } system } => new(system, action.ParkedSince, Until: null),
        { Waits: { } effect } => new(effect.For, effect.Since, effect.Until),
        _ => null,
    };
}

/// <summary>Where a request stands, light enough to ask for often.</summary>
internal sealed record RequestStatusBody(
    Guid Id,
    RequestStatus Status,
    Progress Progress,
    string? CurrentAction,
    JsonObject? Error,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt)
{
    public static RequestStatusBody From(Request request) => new(
        request.Id, request.Status, request.Progress, request.CurrentAction, request.OpenError(), request.UpdatedAt, request.CompletedAt);
}

internal static class RequestErrors
{
    /// <summary>The error that a request stands at; one that a retry left behind is in the log.</summary>
    public static JsonObject? OpenError(this Request request) =>
        request.Status is RequestStatus.Failed or RequestStatus.Escalated or RequestStatus.Aborted ? request.Error : null;
}
