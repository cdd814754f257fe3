using Microsoft.Extensions.Options;
using Pao.Activities;
using Pao.Activities.Resilience;
using Pao.Catalog;
using Pao.Orchestrator.Fulfilment;

namespace Pao.Orchestrator.Planning;

/// <summary>
/// Chooses before the first action how a request is fulfilled: automatically where the document says so and all that its
/// actions need is there; else by its manual actions. Afterwards nothing switches by itself.
/// </summary>
public sealed class PlanMaking(
    IEnumerable<IActionExecutor> executors, ExternalSystems systems, IOptionsMonitor<AutomationOptions> automation)
{
    public ChosenPlan Make(PinnedItem item) => ChosenPlan.Of(item, Choose);

    private PlanChoice Choose(PinnedItem item)
    {
        if (item.ManualActions is not { } manual)
            return PlanChoice.AsWritten(item);

        var switchedOff = automation.CurrentValue.SwitchedOff;
        if (switchedOff.Contains(item.Id) || switchedOff.Contains("*"))
            return new(FulfillmentMode.Manual, $"An operator has switched the automation of {item.Id} off ({AutomationOptions.Section}:SwitchedOff).");

        if (Obstacle(item.Actions) is not { } obstacle)
            return new(FulfillmentMode.Automatic, "The document says so, and all that its actions need is there.");

        return Obstacle(manual) is { } other
            ? new(FulfillmentMode.Automatic, $"The document says so. {obstacle} Its manual actions cannot be carried out either: {other}")
            : new(FulfillmentMode.Manual, obstacle);
    }

    /// <summary>Why the actions cannot all be carried out now; null when they can, as far as that is known.</summary>
    private string? Obstacle(IReadOnlyList<ActionDefinition> actions) =>
        actions.Select(Obstacle).FirstOrDefault(obstacle => obstacle is not null);

    private string? Obstacle(ActionDefinition action)
    {
        if (action.Type is ActionTypes.Custom)
            return null;
        if (!ActionTypes.IsExecutable(action.Type) || executors.FirstOrDefault(one => one.Type == action.Type) is not { } executor)
            return $"Actions of type '{action.Type}' are not supported by this version.";

        var needs = executor.Needs(action.Config);
        if (needs.Missing is { } missing)
            return missing;

        return needs.System is { } system && systems.Look().FirstOrDefault(one => one.System == system) is { State: BreakerState.Open } away
            ? $"{system} is unavailable since {away.Since:u}."
            : null;
    }
}
