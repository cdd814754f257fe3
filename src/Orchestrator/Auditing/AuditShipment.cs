using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.DurableTask;
using Pao.Orchestrator.Telemetry;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Writes each sealed entry, and each head, to stdout as a line of JSON, for whatever takes the output of the process to a log store. A line that
/// nobody reads in time is left out, not waited for, at the end of the process either: the places of those that arrive have a gap
/// then, and the export has all.
/// </summary>
public sealed partial class AuditShipment : BackgroundService
{
    /// <summary>How long the end of the process waits for what is still to be written.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private const int MostWaiting = 10_000;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly bool _isOn;
    private readonly Func<Stream> _open;
    private readonly AuditMetrics _metrics;
    private readonly Heartbeat _beat;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditShipment> _logger;
    private long _waiting;
    private long _dropped;

    // A stream of its own: the console's would be one lock for all that is written anywhere.
    public AuditShipment(
        IOptions<AuditOptions> options, AuditMetrics metrics, Heartbeats heartbeats, TimeProvider time, ILogger<AuditShipment> logger)
        : this(options.Value.Stdout ? Console.OpenStandardOutput : null, metrics, heartbeats, time, logger)
    {
    }

    /// <summary>With what lines are written to, which <paramref name="open"/> opens; null when none are.</summary>
    internal AuditShipment(
        Func<Stream>? open, AuditMetrics metrics, Heartbeats heartbeats, TimeProvider time, ILogger<AuditShipment> logger)
    {
        (_isOn, _open, _metrics, _time, _logger) = (open is not null, open ?? (() => Stream.Null), metrics, time, logger);
        _beat = heartbeats.Of("audit_shipment");
    }

    /// <summary>Takes a line; returns at once.</summary>
    public void Ship(string line)
    {
        if (!_isOn)
            return;

        Interlocked.Increment(ref _waiting);
        if (_lines.Writer.TryWrite(line))
            return;
        Interlocked.Decrement(ref _waiting);
        Drop(1);
    }

    internal void Ship(IReadOnlyList<AuditRecord> records)
    {
        if (!_isOn)
            return;

        foreach (var record in records)
            Ship(record.ToLine());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_isOn)
        {
            _beat.End();
            return;
        }

        // A thread of its own, which a blocked write may keep for ever: nothing else waits for it, and it is no stalled loop.
        var writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            do
            {
                _beat.Beat(Period);
                TellDropped();
                if (writing.IsCompleted)
                    await writing; // it ends only when it failed
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await EndAsync(writing);
        }
    }

    private async Task EndAsync(Task writing)
    {
        _lines.Writer.TryComplete();
        try
        {
            await writing.WaitAsync(LastWords, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Drop(Interlocked.Read(ref _waiting));
        }

        TellDropped();
    }

    private void Write()
    {
        using var output = _open();
        while (_lines.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_lines.Reader.TryRead(out var line))
            {
                try
                {
                    lock (StandardOutput.Turn)
                        output.Write(Encoding.UTF8.GetBytes(line + "\n"));
                }
                catch (IOException)
                {
                    Drop(1); // a full disk, say, or a pipe whose reader is gone: there may be room for the next ones
                }

                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    private void Drop(long count)
    {
        Interlocked.Add(ref _dropped, count);
        _metrics.LinesDropped(count);
    }

    private void TellDropped()
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            Log.Dropped(_logger, dropped);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} entries of the audit could not be written to stdout, or nobody read it fast enough; GET /api/v1/audit/export has them.")]
        public static partial void Dropped(ILogger logger, long count);
    }
}
