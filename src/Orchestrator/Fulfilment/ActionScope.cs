using System.Text.Json.Nodes;
using Pao.Activities;
using Pao.Catalog;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>For whom actions are carried out: a request for an item, or one component of a bundle.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="ComponentId">The component; null when the request is for an item.</param>
/// <param name="Fields">The values of the item's form.</param>
/// <param name="Metadata">The item's metadata.</param>
/// <param name="Request">What templates read as <c>request.x</c>.</param>
/// <param name="CorrelationId">Of the call that made the request.</param>
internal sealed record ActionScope(
    Guid RequestId, string? ComponentId, JsonObject Fields, JsonObject Metadata, JsonObject Request, string CorrelationId)
{
    /// <inheritdoc cref="PinnedItem.Groups"/>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Groups { get; init; }

    public static ActionScope Of(FulfilmentInput input) =>
        new(input.RequestId, ComponentId: null, input.Fields, input.Item.Metadata, RequestScope.Of(input), input.CorrelationId)
        {
            Groups = input.Item.Groups,
        };

    /// <summary>What an executor gets of a prepared action.</summary>
    public ActionExecution Execution(PreparedStep step) => new(
        RequestId, step.Action.Id, step.Revision, step.Action.Type, step.Action.Config, step.Action.Outputs, CorrelationId, step.Action.Timeout)
    {
        ComponentId = ComponentId,
        // A custom action names no secrets, so that nobody asks whose it is.
        Origin = step.Action.Type != ActionTypes.Custom && (string?)Metadata["id"] is { } item
            ? new ActionOrigin(item, (string?)Metadata["owner"]?["team"])
            : null,
    };

    /// <summary>The same, for one whose orchestration is not asked.</summary>
    public static ActionExecution ExecutionOf(FulfilmentInput input, string? componentId, PreparedStep step)
    {
        var item = componentId is null ? input.Item : input.Item.Bundle?.Components.FirstOrDefault(one => one.Id == componentId)?.Item ?? input.Item;
        return (Of(input) with { ComponentId = componentId, Metadata = item.Metadata }).Execution(step);
    }
}
