namespace Pao.Orchestrator.Requests;

/// <summary>Tells one action from all others.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="ComponentId">The component of a bundle; null when the request is for an item.</param>
/// <param name="ActionId">The action of the item.</param>
public sealed record ActionKey(Guid RequestId, string? ComponentId, string ActionId)
{
    /// <summary>As the row has it: the actions of a request for an item belong to the component without a name.</summary>
    internal string Component => ComponentId ?? "";

    public override string ToString() =>
        $"action {(ComponentId is null ? ActionId : $"{ComponentId}/{ActionId}")} of request {RequestId}";
}

/// <summary>Tells one component of a request for a bundle from all others.</summary>
public sealed record ComponentKey(Guid RequestId, string ComponentId);
