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
    IEnumerable<IActionExecutor> executors, ExternalSystems systems, IOptions<AutomationOptions> automation)
{
    /// <param name="item">What was requested.</param>
    /// <param name="switches">The items whose automation is off now.</param>
    public ChosenPlan Make(PinnedItem item, IReadOnlyList<AutomationSwitch> switches) =>
        ChosenPlan.Of(item, one => Choose(one, switches));

    private PlanChoice Choose(PinnedItem item, IReadOnlyList<AutomationSwitch> switches)
    {
        if (item.ManualActions is not { } manual)
            return PlanChoice.AsWritten(item);

        var configured = automation.Value.SwitchedOff;
        if (configured.Contains(item.Id) || configured.Contains("*"))
            return new(FulfillmentMode.Manual, $"The automation of {item.Id} is switched off in the configuration ({AutomationOptions.Section}:SwitchedOff).");
        if (switches.FirstOrDefault(one => one.CatalogItemId == item.Id) is { } off)
            return new(FulfillmentMode.Manual, $"{off.By} has switched the automation of {item.Id} off{(off.Reason is { } why ? $": {why}" : ".")}");

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
        if (executors.FirstOrDefault(one => one.Type == action.Type) is not { } executor)
            return $"Actions of type '{action.Type}' are not supported by this version.";

        var needs = executor.Needs(action.Config);
        if (needs.Missing is { } missing)
            return missing;

        return needs.System is { } system && systems.Look().FirstOrDefault(one => one.System == system) is { State: BreakerState.Open } away
            ? $"{system} is unavailable since {away.Since:u}."
            : null;
    }
}
