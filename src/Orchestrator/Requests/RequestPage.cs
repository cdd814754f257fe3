namespace Pao.Orchestrator.Requests;

/// <summary>Which requests to list, newest first, and after which one to go on.</summary>
public sealed record RequestQuery(
    Visibility Visibility, RequestStatus? Status, string? CatalogItemId, RequestCursor? After, int Limit);

/// <summary>The place of a request in the list.</summary>
public sealed record RequestCursor(DateTimeOffset CreatedAt, Guid Id);
