using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Requests.Watching;

/// <summary>
/// Lets callers wait for a request to change, once or from version to version. All of them share the same few queries, which
/// find changes made by any process; while nobody waits, nothing is asked.
/// </summary>
internal sealed partial class StatusWatch(
    RequestStore requests, RequestChanges changes, IOptions<WatchOptions> options, Heartbeats heartbeats, TimeProvider time,
    ILogger<StatusWatch> logger)
    : BackgroundService
{
    private const int LooksAtOnce = 16;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    private readonly Heartbeat _beat = heartbeats.Of("status_watch");
    private readonly ConcurrentDictionary<Waiter, bool> _waiters = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<StatusFeed, bool> _feeds = new();
    private readonly SemaphoreSlim _looks = new(LooksAtOnce);
    private readonly FeedFilling _filling = new(requests, changes, logger);
    private int _taken;

    /// <summary>A place among those who wait, given back when it is disposed; null when all are taken.</summary>
    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= options.Value.Most)
            return new Place(this);

        Interlocked.Decrement(ref _taken);
        return null;
    }

    /// <summary>Returns when the request is no longer at the version, or the time is over.</summary>
    public async Task WaitAsync(Guid requestId, long version, TimeSpan patience, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(requestId, version);
        _waiters[waiter] = true;
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
            _waiters.TryRemove(waiter, out _);
        }
    }

    /// <summary>Looks at the database for one who waited: of thousands who are woken at once, few do at a time.</summary>
    public async Task<T> LookAsync<T>(Func<Task<T>> look, CancellationToken cancellationToken)
    {
        await _looks.WaitAsync(cancellationToken);
        try
        {
            return await look();
        }
        finally
        {
            _looks.Release();
        }
    }

    public override void Dispose()
    {
        _looks.Dispose();
        base.Dispose();
    }

    /// <summary>Fills the feed from now on, until it is left.</summary>
    public void Follow(StatusFeed feed) => _feeds[feed] = true;

    public void Leave(StatusFeed feed) => _feeds.TryRemove(feed, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (!_waiters.IsEmpty || !_feeds.IsEmpty)
                    await LookAsync(stoppingToken);
                _beat.Beat(Period);
            }
#pragma warning disable CA1031 // One request that this build cannot read must not end the process, which its watchers would take from one to the next.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Log.Postponed(logger, e.Message);
            }
        }
    }

    /// <summary>Looks once, for all who wait.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var waiters = _waiters.Keys;
        var feeds = _feeds.Keys.Where(feed => feed.HasRoom).ToList();
        var versions = await requests.VersionsAsync(
            waiters.Select(waiter => waiter.RequestId).Concat(feeds.Select(feed => feed.RequestId)).Distinct(), cancellationToken);
        foreach (var waiter in waiters)
        {
            if (versions.GetValueOrDefault(waiter.RequestId) != waiter.Version)
                waiter.Changed.TrySetResult();
        }

        foreach (var gone in feeds.Where(feed => !versions.ContainsKey(feed.RequestId)))
            gone.End();
        await _filling.FillAsync([.. feeds.Where(feed => versions.GetValueOrDefault(feed.RequestId) > feed.Last)], versions, cancellationToken);
    }

    private sealed record Waiter(Guid RequestId, long Version)
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(StatusWatch watch) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _left, true))
                Interlocked.Decrement(ref watch._taken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Callers that wait for a change wait on, the database cannot be asked: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
