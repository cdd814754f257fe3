using System.Data.Common;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.Orchestrator.Deciding;
using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Fulfilment;

/// <summary>
/// Hands to the hub what a crash, or a hub that was away, left behind: requests that were accepted and not started,
/// decisions that were taken and not delivered. And has a look at requests of which nothing was heard for a while.
/// </summary>
internal sealed partial class FulfilmentSweeper(
    UnstartedRequests unstarted, Decisions decisions, Fulfilments fulfilments, Reconciliation reconciliation, Heartbeats heartbeats,
    TimeProvider time, ILogger<FulfilmentSweeper> logger)
    : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly Heartbeat _beat = heartbeats.Of("sweeper");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                // Younger ones are still in the hands of the caller that stored them.
                await SweepAsync(time.GetUtcNow() - Period, stoppingToken);
                await reconciliation.LookAsync(time.GetUtcNow() - Silence, BatchSize, stoppingToken);
                _beat.Beat(Period);
            }
            catch (Exception e) when (e is DbException or RpcException or TimeoutException)
            {
                Log.Postponed(logger, e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Hands over what was stored up to a time, until nothing of it is left.</summary>
    internal async Task SweepAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (await StartSomeAsync(until, cancellationToken) + await DeliverSomeAsync(until, cancellationToken) >= BatchSize)
            _beat.Beat();
    }

    private async Task<int> StartSomeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var inputs = await unstarted.FindAsync(until, BatchSize, cancellationToken);
        foreach (var input in inputs)
        {
            await fulfilments.StartAsync(input, cancellationToken);
            await unstarted.MarkStartedAsync(input.RequestId, cancellationToken);
            Log.Started(logger, input.RequestId);
        }

        return inputs.Count;
    }

    private async Task<int> DeliverSomeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var waiting = await decisions.UndeliveredAsync(until, BatchSize, cancellationToken);
        foreach (var decision in waiting)
        {
            await fulfilments.DeliverAsync(decision, cancellationToken);
            Log.Delivered(logger, decision.Kind, decision.RequestId);
        }

        return waiting.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Started request {Request}, which was accepted but not started.")]
        public static partial void Started(ILogger logger, Guid request);

        [LoggerMessage(2, LogLevel.Information, "Delivered the decision {Decision} about request {Request}.")]
        public static partial void Delivered(ILogger logger, DecisionKind decision, Guid request);

        [LoggerMessage(3, LogLevel.Warning, "Requests that wait to be started are tried again in 5 s: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
