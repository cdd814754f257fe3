using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Deciding;

/// <summary>What a person changes with a retry.</summary>
/// <param name="Fields">Corrected fields, as they would be submitted; those that are not named stay.</param>
/// <param name="Outcome">What became of an action of which that could not be found out.</param>
public sealed record RetryChanges(JsonObject? Fields, StatedOutcome? Outcome);

/// <summary>What a person has found out about an action.</summary>
/// <param name="Action">Which one, after its component where there is one; null when only one is in question.</param>
/// <param name="Happened">Whether its effect is there.</param>
/// <param name="Outputs">What later actions use of it.</param>
/// <param name="ExternalReference">Where a person finds it.</param>
public sealed record StatedOutcome(string? Action, bool Happened, JsonObject? Outputs, string? ExternalReference);
