using System.Text.Json.Nodes;

namespace Pao.Activities;

/// <summary>
/// Carries out the actions of one type. An effect is never repeated blindly: whoever calls it has written the intent down,
/// and after a crash or a lost answer asks first what became of it.
/// </summary>
public interface IActionExecutor
{
    /// <summary>The action type of the catalog's documents, such as <c>rest-api</c>.</summary>
    string Type { get; }

    /// <summary>What an action with this configuration needs that may be missing or away.</summary>
    /// <param name="config">As the document has it, templates and all, when the plan is made; as prepared, before it is carried out.</param>
    ActionNeeds Needs(JsonObject config);

    /// <summary>
    /// Makes the effect. It is called only when no earlier attempt at this content can have made it, or when
    /// <see cref="ProbeAsync"/> has found that it did not happen or that repeating it is harmless.
    /// </summary>
    /// <exception cref="ActionFailedException">It failed. What is known of the effect decides whether the next attempt probes first.</exception>
    Task<ActionProgress> StartAsync(ActionExecution execution, CancellationToken cancellationToken);

    /// <summary>Looks for the effect of an earlier attempt of which only the intent is known.</summary>
    /// <exception cref="ActionFailedException">The other system could not be asked; the intent stands.</exception>
    Task<ProbeVerdict> ProbeAsync(ActionExecution execution, CancellationToken cancellationToken);
}

/// <summary>What an action depends on.</summary>
/// <param name="System">
/// The external system that it calls, as the gate knows it: <c>jira:default</c>, <c>https://api.example.com</c>. Null when a
/// template decides.
/// </param>
/// <param name="Missing">What an operator has not configured, for people, with the key to set; null when nothing is missing.</param>
public sealed record ActionNeeds(string? System, string? Missing = null);
