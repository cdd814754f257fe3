namespace Pao.Orchestrator.Fulfilment;

/// <summary>What a fulfilment is going to do, in the order of the document.</summary>
public sealed record FulfilmentPlan(Guid RequestId, IReadOnlyList<PlannedAction> Actions)
{
    public static FulfilmentPlan Of(FulfilmentInput input) =>
        new(input.RequestId, [.. input.Item.Actions.Select(action => new PlannedAction(action.Id, action.Type))]);
}

public sealed record PlannedAction(string Id, string Type);
