using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

internal static class DecisionWait
{
    /// <summary>Records that a request stops, and waits, without limit, for what a person decides about this stop.</summary>
    /// <param name="context">The request's orchestration.</param>
    /// <param name="stoppage">Why it stops.</param>
    /// <param name="failures">How often this orchestration has stopped, this time included.</param>
    public static async Task<Decision> StopAsync(this TaskOrchestrationContext context, Stoppage stoppage, int failures)
    {
        // Histories from before stops were numbered where they are recorded have no number; theirs is the own count.
        var number = await context.CallActivityAsync<int?>(RecordFailure.Name, stoppage, Retries.Store) ?? failures;
        while (true)
        {
            var decision = await context.WaitForExternalEvent<Decision>(Decision.EventName);
            if (decision.Failure >= number)
                return decision;

            // One that was delivered twice, or answers an earlier stop: it has had its effect. A higher number is about
            // a later stop, at which this orchestration had ended by itself; it was brought back by that decision.
        }
    }
}
