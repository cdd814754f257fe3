using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Bundles;

/// <summary>A component has failed and waits; the payload of the event that tells its bundle.</summary>
/// <param name="ComponentId">Which one.</param>
/// <param name="Number">
/// How often it has stopped so far, counted with the request: a go-ahead answers a stop by its number. 0 when its
/// orchestration has ended, so that nobody waits.
/// </param>
/// <param name="ActionId">The action that failed; none when the component could not be prepared.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people.</param>
internal sealed record ComponentStop(string ComponentId, int Number, string? ActionId, string Code, string Message)
{
    public const string EventName = "component_stopped";

    public ComponentFailure ToFailure() => new(ComponentId, ActionId, Code, Message);
}

/// <summary>What was decided about a component's stop; the payload of the event that its bundle sends it.</summary>
internal sealed record GoAhead(int Stop, DecisionKind Kind)
{
    public const string EventName = "go_ahead";
}
