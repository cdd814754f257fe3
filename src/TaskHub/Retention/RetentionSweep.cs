using Microsoft.Extensions.Logging;
using Pao.TaskHub.Commits;
using Pao.TaskHub.Nodes;

namespace Pao.TaskHub.Retention;

/// <summary>
/// Removes instances that ended long ago, oldest first, in batches so small and with rests so long that nobody feels them.
/// Every node does it; they pass over each other's rows. One thread; its writes block.
/// </summary>
internal sealed partial class RetentionSweep(Node node)
{
    private const int BatchSize = 100;
    private const int RestsPerBatch = 4;
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly object _signal = new();
    private Thread? _thread;
    private bool _stopping;

    public void Start()
    {
        if (node.Options.Retention is not { } retention)
            return;

        _thread = new Thread(() => Run(retention)) { IsBackground = true, Name = "hub-retention" };
        _thread.Start();
    }

    public void Stop()
    {
        lock (_signal)
        {
            _stopping = true;
            Monitor.Pulse(_signal);
        }

        _thread?.Join();
    }

    private void Run(TimeSpan retention)
    {
        var between = retention / 10;
        between = between < ShortestRest ? ShortestRest : between > LongestRest ? LongestRest : between;
        var pause = new Backoff(TimeSpan.FromSeconds(1), LongestRest);
        var purged = 0;
        var rest = between;
        var beat = node.BeatOf("retention");
        beat.Beat(rest);
        while (Wait(rest))
        {
            rest = between;
            if (node.Committer.Node is null)
                continue;

            try
            {
                var started = TimeProvider.System.GetTimestamp();
                var count = node.Store.PurgeCompleted(node.Clock.Now - retention, BatchSize);
                var took = TimeProvider.System.GetElapsedTime(started);
                pause.Reset();
                purged += count;
                node.Metrics.Purged(count);
                if (count == BatchSize)
                {
                    rest = took * RestsPerBatch;
                    rest = rest < ShortestRest ? ShortestRest : rest;
                }
                else if (purged > 0)
                {
                    Log.Purged(node.Logger, purged, retention);
                    purged = 0;
                }

                beat.Beat(rest);
            }
#pragma warning disable CA1031 // It is tried again; the committer judges the store, not this.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.CannotPurge(node.Logger, e.Message);
                rest = pause.Next();
                beat.Beat(rest); // it comes round; what it cannot remove keeps nobody from work
            }
        }

        beat.End();
    }

    private bool Wait(TimeSpan time)
    {
        lock (_signal)
        {
            if (!_stopping)
                Monitor.Wait(_signal, time);
            return !_stopping;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "Removed {Count} instances that ended more than {Retention} ago.")]
        public static partial void Purged(ILogger logger, int count, TimeSpan retention);

        [LoggerMessage(61, LogLevel.Warning, "Could not remove instances that ended long ago; trying again: {Reason}")]
        public static partial void CannotPurge(ILogger logger, string reason);
    }
}
