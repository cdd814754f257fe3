using Grpc.Core;
using Pao.Api.Access;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

/// <summary>Makes a decision durable, and only then tells the orchestration that waits for it.</summary>
internal sealed partial class DecisionTaking(
    Decisions decisions, Corrections corrections, RequestStore requests, Fulfilments fulfilments, TimeProvider time,
    ILogger<DecisionTaking> logger)
{
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromSeconds(5);

    public async Task<DecisionOutcome> DecideAsync(
        Guid requestId, Caller caller, Origin origin, DecisionKind kind, string? reason, CancellationToken cancellationToken) =>
        await DeliveredAsync(await decisions.TakeAsync(requestId, caller.Sees, kind, origin, reason, cancellationToken));

    /// <summary>A retry, with what it changes; with a dry run only says what that would be.</summary>
    public async Task<DecisionOutcome> RetryAsync(
        Guid requestId, Caller caller, Origin origin, RetryBody body, bool dryRun, CancellationToken cancellationToken) =>
        body.Changes is null && !dryRun
            ? await DecideAsync(requestId, caller, origin, DecisionKind.Retry, body.Reason, cancellationToken)
            : await DeliveredAsync(await corrections.RetryAsync(
                requestId, caller.Sees, origin, body.Reason, body.Changes ?? new RetryChanges(null, null), dryRun, cancellationToken));

    public Task<Request?> FindAsync(Guid requestId, Caller caller, CancellationToken cancellationToken) =>
        requests.FindAsync(requestId, caller.Sees, cancellationToken);

    private async Task<DecisionOutcome> DeliveredAsync(DecisionOutcome outcome)
    {
        CrashPoint.Reach("decision.after-store");
        if (outcome is DecisionOutcome.Taken taken)
            await DeliverAsync(taken.Decision);
        return outcome;
    }

    // The decision stands, whatever happens here: what is not delivered now, the sweeper delivers.
    private async Task DeliverAsync(Decision decision)
    {
        using var patience = new CancellationTokenSource(DeliveryPatience, time);
        try
        {
            await fulfilments.DeliverAsync(decision, patience.Token);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or TimeoutException or System.Data.Common.DbException)
        {
            Log.DeliveryPostponed(logger, decision.Kind, decision.RequestId, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The decision {Decision} about request {Request} is stored and will be delivered a little later: {Reason}")]
        public static partial void DeliveryPostponed(ILogger logger, DecisionKind decision, Guid request, string reason);
    }
}
