using System.Collections.Concurrent;
using System.Data.Common;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests;

/// <summary>
/// Lets callers wait for a request to change. All of them share one query at a time, which finds changes made by any
/// process; while nobody waits, nothing is asked.
/// </summary>
internal sealed partial class StatusWatch(RequestStore requests, Heartbeats heartbeats, TimeProvider time, ILogger<StatusWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private readonly Heartbeat _beat = heartbeats.Of("status_watch");
    private readonly ConcurrentDictionary<Guid, Waiter> _waiters = new();

    /// <summary>Returns when the request is no longer at the version, or the time is over.</summary>
    public async Task WaitAsync(Guid requestId, long version, TimeSpan patience, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(requestId, version);
        var key = Guid.NewGuid();
        _waiters[key] = waiter;
        try
        {
            await waiter.Changed.Task.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing changed: the caller answers with the state as it is.
        }
        finally
        {
            _waiters.TryRemove(key, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (!_waiters.IsEmpty)
                    await LookAsync(stoppingToken);
                _beat.Beat(Period);
            }
            catch (Exception e) when (e is DbException or TimeoutException)
            {
                Log.Postponed(logger, e.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var waiters = _waiters.Values;
        var versions = await requests.VersionsAsync(waiters.Select(waiter => waiter.RequestId).Distinct(), cancellationToken);
        foreach (var waiter in waiters)
        {
            if (versions.GetValueOrDefault(waiter.RequestId) != waiter.Version)
                waiter.Changed.TrySetResult();
        }
    }

    private sealed record Waiter(Guid RequestId, long Version)
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Callers that wait for a change wait on, the database cannot be asked: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
