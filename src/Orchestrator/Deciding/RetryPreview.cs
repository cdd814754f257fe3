using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Deciding;

/// <summary>What a retry does.</summary>
/// <param name="ChangedFields">The fields whose values it changes.</param>
/// <param name="Redone">Actions whose content changes: they are rendered anew and carried out under a new revision of their key.</param>
/// <param name="Kept">Actions that are done and stay so.</param>
/// <param name="GoesOnWith">The actions that failed and are tried again.</param>
public sealed record RetryPreview(
    IReadOnlyList<string> ChangedFields,
    IReadOnlyList<RetriedAction> Redone,
    IReadOnlyList<RetriedAction> Kept,
    IReadOnlyList<string> GoesOnWith);

/// <summary>An action, as a retry finds it.</summary>
/// <param name="Action">After its component where there is one.</param>
/// <param name="Type">Of the action.</param>
/// <param name="Status">Before the retry.</param>
/// <param name="ExternalReference">What it made so far. When it is done anew, this stays behind.</param>
/// <param name="Cancelled">What it made still goes on, and is cancelled where that can be.</param>
public sealed record RetriedAction(string Action, string Type, string Status, string? ExternalReference, bool Cancelled)
{
    internal static RetriedAction Of(RequestAction action, bool redone) =>
        new(action.Path, action.Type, action.Status, action.ExternalReference, redone && action.Effect is EffectState.Waiting);
}
