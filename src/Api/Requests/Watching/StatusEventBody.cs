using System.Text.Json.Nodes;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>
/// One version of a request in a stream. The latest tells all that the status tells; one that was overtaken before it could
/// be sent tells which status it brought, and when.
/// </summary>
internal sealed record StatusEventBody(
    Guid Id,
    long Version,
    RequestStatus Status,
    Progress? Progress,
    string? CurrentAction,
    JsonObject? Error,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? CompletedAt)
{
    public static StatusEventBody Of(RequestChange change, Request? state) => state?.Version == change.Version
        ? new(
            change.RequestId, change.Version, change.Status, state.Progress, state.CurrentAction, state.OpenError(), change.At,
            state.CompletedAt)
        : new(
            change.RequestId, change.Version, change.Status, Progress: null, CurrentAction: null, Error: null, change.At,
            CompletedAt: change.Status.IsFinal() ? change.At : null);
}
