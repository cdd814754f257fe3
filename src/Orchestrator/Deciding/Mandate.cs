using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Deciding;

/// <summary>What one may decide about a request that one sees.</summary>
internal static class Mandate
{
    /// <remarks>Whoever sees everything decides everything; owners decide what becomes of a request, its submitter whether it is wanted.</remarks>
    public static bool Allows(Visibility visibility, DecisionKind kind, DecidedRequest request) => kind switch
    {
        _ when visibility.IsEverything => true,
        DecisionKind.Cancel => IsOwn(visibility, request),
        DecisionKind.Escalate => IsOwn(visibility, request) || OwnsItem(visibility, request),
        _ => OwnsItem(visibility, request),
    };

    /// <summary>Whether one may say what came of an action that is done by hand.</summary>
    public static bool AllowsCompletion(Visibility visibility, DecidedRequest request) =>
        visibility.IsEverything || OwnsItem(visibility, request);

    private static bool IsOwn(Visibility visibility, DecidedRequest request) => request.UserId == visibility.UserId;

    private static bool OwnsItem(Visibility visibility, DecidedRequest request) =>
        request.ItemOwner is { } owner && visibility.OwnerTeams.Contains(owner);
}
