using System.Text.Json;
using Pao.Catalog;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Explaining;

/// <summary>What one action that is in work waits for.</summary>
internal static class ActionExplanation
{
    /// <summary>Whether its last attempt failed, and another is made by itself.</summary>
    public static bool IsTriedAgain(RequestAction action) =>
        action is { Status: "in_progress", ParkedSystem: null, Effect: not EffectState.Waiting }
        && action.Error?["retryable"]?.GetValueKind() is JsonValueKind.True;

    /// <param name="action">In work.</param>
    /// <param name="nextTry">When the orchestration goes on by itself.</param>
    public static Awaited Of(RequestAction action, DateTimeOffset? nextTry) => action switch
    {
        { ParkedSystem: { } system } => new(AwaitedKind.System, $"{system}, which is unavailable", action.Path, Since: action.ParkedSince),
        { Waits: { } effect } => new(
            AwaitedKind.Effect, effect.For, action.Path, action.ExternalReference, effect.Since, effect.Until) { EndsByItself = !effect.ByPerson },
        { Type: ActionTypes.Custom, Effect: EffectState.Open } => new(
            AwaitedKind.Worker, $"a worker that carries out the activity '{action.Config?["activity"]}'", action.Path, Since: action.StartedAt),
        _ when IsTriedAgain(action) => new(
            AwaitedKind.Timer, $"try {action.Attempts + 1} of {action.Path}; the last one failed: {action.Error?["message"]}", action.Path,
            Until: nextTry),
        _ => new(AwaitedKind.Service, $"PAO, which carries out {action.Path}", action.Path, Since: action.StartedAt),
    };

    /// <summary>Who ends such a wait, and how.</summary>
    public static string Mover(Awaited awaited) => awaited.Kind switch
    {
        AwaitedKind.System => $"Nobody needs to: {awaited.Action} goes on by itself once its system is back.",
        AwaitedKind.Effect when awaited.EndsByItself =>
            $"Nobody here: {awaited.What} ends by itself, or by whomever it waits for there{(awaited.Link is null ? "" : $" ({awaited.Link})")}.",
        AwaitedKind.Effect => $"Whoever works on {awaited.What}{(awaited.Link is null ? "" : $" ({awaited.Link})")}.",
        AwaitedKind.Worker => "Whoever runs that worker.",
        _ => "Nobody needs to: it goes on by itself.",
    };
}
