using System.Text.Json.Nodes;

namespace Pao.Orchestrator.Deciding;

/// <summary>What a retry with changes does.</summary>
/// <param name="Fields">All fields from now on.</param>
/// <param name="Secrets">The passwords among those that were corrected, in clear.</param>
/// <param name="ChangedFields">The fields whose values it changes.</param>
/// <param name="Redone">The actions that are done anew.</param>
/// <param name="Components">The components that are done anew.</param>
/// <param name="Stated">What is known now about an action.</param>
/// <param name="Preview">The same, for people.</param>
internal sealed record Correction(
    JsonObject Fields,
    IReadOnlyDictionary<string, string> Secrets,
    IReadOnlyList<string> ChangedFields,
    IReadOnlyList<StoredAction> Redone,
    IReadOnlyList<string> Components,
    StatedAction? Stated,
    RetryPreview Preview);

/// <summary>What a person has found out about this action.</summary>
internal sealed record StatedAction(StoredAction Action, StatedOutcome Outcome);
