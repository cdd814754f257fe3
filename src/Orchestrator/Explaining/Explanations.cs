using Grpc.Core;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Escalations;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Explaining;

/// <summary>Explains where a request stands, from what is stored of it and the timers of its orchestration.</summary>
public sealed class Explanations(RequestStore requests, EscalationStore escalations, DurableTaskClient client)
{
    public async Task<Explanation> ExplainAsync(Request request, CancellationToken cancellationToken)
    {
        var actions = await requests.ActionsAsync(request.Id, cancellationToken);
        if (request.Status.IsFinal())
            return RequestExplanation.OfEnded(request);
        if (request.Status is RequestStatus.Failed or RequestStatus.Escalated)
            return RequestExplanation.OfStopped(request, actions, await escalations.FindAsync(request.Id, cancellationToken));

        var nextTry = actions.Exists(ActionExplanation.IsTriedAgain) ? await NextTimerAsync(request.Id, cancellationToken) : null;
        return RequestExplanation.OfRunning(request, actions, nextTry);
    }

    /// <summary>When the orchestration goes on by itself; null when it does not say.</summary>
    private async Task<DateTimeOffset?> NextTimerAsync(Guid requestId, CancellationToken cancellationToken)
    {
        try
        {
            var history = await client.GetOrchestrationHistoryAsync(requestId.ToString(), cancellationToken);
            var fired = history.Where(one => one.TimerFired is not null).Select(one => one.TimerFired.TimerId).ToHashSet();
            return history
                .Where(one => one.TimerCreated is not null && !fired.Contains(one.EventId))
                .Select(one => (DateTimeOffset?)one.TimerCreated.FireAt.ToDateTimeOffset())
                .Min();
        }
        catch (Exception unknown) when (unknown is ArgumentException or RpcException or NotImplementedException)
        {
            return null; // the hub does not have it, or is away: the rest is known all the same
        }
    }
}
