using System.Data.Common;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.DurableTask.Client;
using Pao.Orchestrator.Following;

namespace Pao.Orchestrator.Inbound;

/// <summary>
/// Hands stored events to the orchestrations that wait for them: at once, or when one begins to wait. One that crashes
/// in between hands it over again, which costs a look.
/// </summary>
internal sealed partial class InboundDelivery(
    InboundEvents events, DurableTaskClient client, Heartbeats heartbeats, TimeProvider time, ILogger<InboundDelivery> logger) : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Cleaning = TimeSpan.FromHours(1);

    private readonly Heartbeat _beat = heartbeats.Of("inbound_events");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var cleaned = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await events.WaitAsync(Period, stoppingToken);
                while (await DeliverSomeAsync(stoppingToken) == BatchSize)
                    _beat.Beat();

                if (time.GetUtcNow() - cleaned >= Cleaning)
                {
                    await events.ForgetAsync(stoppingToken);
                    cleaned = time.GetUtcNow();
                }

                _beat.Beat(Period);
            }
            catch (Exception e) when (e is DbException or RpcException or TimeoutException)
            {
                Log.Postponed(logger, e.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // What one event brings about must not end the process: its successor would read the same event.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.Failed(logger, e);
            }
        }
    }

    /// <returns>How many events were handed over.</returns>
    internal async Task<int> DeliverSomeAsync(CancellationToken cancellationToken)
    {
        var awaited = await events.AwaitedAsync(BatchSize, cancellationToken);
        foreach (var inbound in awaited)
        {
            foreach (var follower in inbound.Followers)
                await client.RaiseEventAsync(follower, Hint.EventName, inbound.HintKey, cancellationToken);
            CrashPoint.Reach("inbound.after-event");
            await events.MarkDeliveredAsync(inbound, cancellationToken);
            Log.Delivered(logger, inbound.HintKey, inbound.Followers.Count);
        }

        return awaited.Sum(inbound => inbound.Ids.Count);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Told {Count} orchestration(s) that something happened to {Key}.")]
        public static partial void Delivered(ILogger logger, string key, int count);

        [LoggerMessage(2, LogLevel.Warning, "Events from outside are handed over again in 2 s: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Error, "Events from outside could not be handed over; trying again in 2 s.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
