using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Explaining;

/// <summary>Puts what is known of a request into words.</summary>
internal static class RequestExplanation
{
    private const string Decide = "Its requester or an operator: retry, abort";

    public static Explanation OfEnded(Request request) =>
        new($"The request is {request.Status.ToText()}; nothing moves it any more.", [], [], []);

    public static Explanation OfStopped(Request request, IReadOnlyList<RequestAction> actions, Escalation? escalation)
    {
        var failed = actions.Where(action => action.Status == "failed").ToList();
        var open = failed.Where(action => action.IsInQuestion).Select(action => action.Path).ToList();
        var what = failed.Count > 0 ? string.Join(", ", failed.Select(action => action.Path)) : "its orchestration";
        var reason = (string?)request.Error?["message"];
        List<Awaited> awaited = [new(AwaitedKind.Decision, $"a person's decision about {what}", failed.FirstOrDefault()?.Path, Since: request.UpdatedAt)];
        List<string> movers = [request.Status is RequestStatus.Failed ? $"{Decide} or escalate it." : $"{Decide} it."];
        if (request.Status is RequestStatus.Escalated && escalation is not null)
        {
            awaited.Add(new(AwaitedKind.Effect, "whom it was escalated to", Link: escalation.ExternalReference, Since: escalation.At));
            movers.Add(escalation.ExternalReference is { } ticket ? $"Whoever works on {ticket}." : "Whoever was asked.");
        }

        if (open.Count > 0)
            movers.Add($"Whoever finds out whether {string.Join(", ", open)} had its effect, and retries with 'outcome'.");
        return new(
            $"The request is {request.Status.ToText()} and waits for a decision about {what}: {reason}", awaited, movers,
            [$"A retry goes on with {what}; what is done stays done.", "An abort gives the request up, and cancels what still goes on where that can be."]);
    }

    public static Explanation OfRunning(Request request, IReadOnlyList<RequestAction> actions, DateTimeOffset? nextTry)
    {
        if (request.Status is not RequestStatus.InProgress)
            return new(
                "The request is accepted and about to be started.",
                [new(AwaitedKind.Service, "a PAO process that fulfils requests", Since: request.CreatedAt)],
                ["Nobody needs to: it goes on by itself."], ["Its plan is made."]);

        var awaited = actions.Where(action => action.Status == "in_progress").Select(action => ActionExplanation.Of(action, nextTry)).ToList();
        if (awaited.Count == 0)
            awaited.Add(new(AwaitedKind.Service, "PAO, which prepares the next action", Since: request.UpdatedAt));

        var next = actions.FirstOrDefault(action => action.Status == "pending");
        return new(
            $"The request waits for {string.Join("; and for ", awaited.Select(one => one.What))}.",
            awaited,
            [.. awaited.Select(ActionExplanation.Mover).Distinct(StringComparer.Ordinal)],
            [next is null ? "Then it is completed." : $"Then comes {next.Path} ({next.Type})."]);
    }
}
