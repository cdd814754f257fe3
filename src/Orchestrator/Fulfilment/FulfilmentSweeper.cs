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
            catch (Exception e) when (IsOfAll(e))
            {
                Log.Postponed(logger, e.Message);
            }
#pragma warning disable CA1031 // What one row brings about must not end the process: its successor would read the same row.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Hands over what was stored up to a time, until nothing of it is left that can be.</summary>
    internal async Task SweepAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        bool isMore;
        do
        {
            isMore = await StartSomeAsync(until, cancellationToken) | await DeliverSomeAsync(until, cancellationToken);
            if (isMore)
                _beat.Beat();
        }
        while (isMore);
    }

    /// <returns>Whether there may be more that can be started.</returns>
    private async Task<bool> StartSomeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var started = 0;
        var inputs = await unstarted.FindAsync(until, BatchSize, cancellationToken);
        foreach (var input in inputs)
        {
            try
            {
                await fulfilments.StartAsync(input, cancellationToken);
                await unstarted.MarkStartedAsync(input.RequestId, cancellationToken);
                started++;
                Log.Started(logger, input.RequestId);
            }
#pragma warning disable CA1031 // One that the hub refuses holds up no other.
            catch (Exception e) when (!IsOfAll(e) && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.NotStarted(logger, input.RequestId, e.Message);
            }
        }

        return started > 0 && inputs.Count == BatchSize;
    }

    /// <returns>Whether there may be more that can be delivered.</returns>
    private async Task<bool> DeliverSomeAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var delivered = 0;
        var waiting = await decisions.UndeliveredAsync(until, BatchSize, cancellationToken);
        foreach (var decision in waiting)
        {
            try
            {
                if (!await fulfilments.DeliverAsync(decision, cancellationToken))
                    continue;
                delivered++;
                Log.Delivered(logger, decision.Kind, decision.RequestId);
            }
#pragma warning disable CA1031 // One that the hub refuses holds up no other.
            catch (Exception e) when (!IsOfAll(e) && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.NotDelivered(logger, decision.Kind, decision.RequestId, e.Message);
            }
        }

        return delivered > 0 && waiting.Count == BatchSize;
    }

    /// <summary>Whether the next one would fail as well: the database or the hub is away.</summary>
    private static bool IsOfAll(Exception exception) => exception is DbException or TimeoutException
        or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Unauthenticated or StatusCode.PermissionDenied };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Started request {Request}, which was accepted but not started.")]
        public static partial void Started(ILogger logger, Guid request);

        [LoggerMessage(2, LogLevel.Information, "Delivered the decision {Decision} about request {Request}.")]
        public static partial void Delivered(ILogger logger, DecisionKind decision, Guid request);

        [LoggerMessage(3, LogLevel.Warning, "Requests that wait to be started are tried again in 5 s: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Error, "Requests that wait to be started could not be; trying again in 5 s.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(5, LogLevel.Warning, "Request {Request} cannot be started, and is tried again every 5 s: {Reason}")]
        public static partial void NotStarted(ILogger logger, Guid request, string reason);

        [LoggerMessage(6, LogLevel.Warning, "The decision {Decision} about request {Request} cannot be delivered, and is tried again every 5 s: {Reason}")]
        public static partial void NotDelivered(ILogger logger, DecisionKind decision, Guid request, string reason);
    }
}
