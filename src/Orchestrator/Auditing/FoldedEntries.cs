using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Entries about what was refused. Nothing is decided with them, so they are written a little later, beside the calls; and
/// whoever is refused again and again within a minute fills one entry, not the disk.
/// </summary>
public sealed partial class FoldedEntries(
    Database database, Heartbeats heartbeats, TimeProvider time, IMeterFactory meters, ILogger<FoldedEntries> logger) : BackgroundService
{
    /// <summary>Repeats within it are counted, not written.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The longest that an entry is only in memory: a process that is killed loses so much.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    /// <summary>So many different ones of each action within a window are written one by one; the rest is one entry for each kind of refusal.</summary>
    public const int MostDifferent = 100;

    private const int MostDue = 1_000;

    private readonly Counter<long> _lost = meters.Create("Pao.Audit").CreateCounter<long>(
        "pao.audit.lost", "{refusal}", "Refusals that the audit does not tell of, because their entries could not be written.");
    private readonly Lock _lock = new();
    private readonly RefusalWindow _window = new();
    private List<DueEntry> _due = [];
    private DateTimeOffset _windowEnds;

    /// <summary>Takes an entry; returns at once.</summary>
    public void Note(AuditEntry entry)
    {
        var now = Clock.Microseconds(time);
        lock (_lock)
        {
            if (now >= _windowEnds)
                EndWindow(now);
            if (_window.IsTold(entry, now))
                Enqueue(new DueEntry(entry, now));
        }
    }

    /// <summary>Writes what is due; with all of it, also the counts of the window that is open.</summary>
    internal async Task WriteAsync(bool all, CancellationToken cancellationToken)
    {
        var due = Take(all);
        if (due.Count == 0)
            return;

        var round = new WritingRound(database, due);
        try
        {
            await round.RunAsync(cancellationToken);
        }
        finally
        {
            GiveBack(round.Left);
        }

        foreach (var one in round.SetAside)
        {
            Log.SetAside(logger, one.Entry.Action, one.Entry.Origin.CorrelationId, one.Tries, one.Entry.Folded + 1);
            _lost.Add(one.Entry.Folded + 1);
        }
    }

    // Whoever writes takes them: the end of the process writes too, and may meet a write that is under way.
    private List<DueEntry> Take(bool all)
    {
        lock (_lock)
        {
            var now = Clock.Microseconds(time);
            if (all || now >= _windowEnds)
                EndWindow(now);
            var due = _due;
            _due = [];
            return due;
        }
    }

    private void GiveBack(IReadOnlyList<DueEntry> due)
    {
        lock (_lock)
        {
            var since = _due;
            _due = [.. due];
            since.ForEach(Enqueue);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(all: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beat = heartbeats.Of("audit_refusals");
        using var timer = new PeriodicTimer(Delay, time);
        for (beat.Beat(Delay); await timer.WaitForNextTickAsync(stoppingToken); beat.Beat(Delay))
            await TryWriteAsync(all: false, stoppingToken);
    }

    private async Task TryWriteAsync(bool all, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(all, cancellationToken);
        }
        catch (Exception e) when (e is DbException or TimeoutException or EncoderFallbackException)
        {
            Log.Postponed(logger, e.Message);
        }
    }

    private void EndWindow(DateTimeOffset now)
    {
        foreach (var counted in _window.End())
            Enqueue(new DueEntry(counted, now));
        _windowEnds = now + Window;
    }

    // While the database is away, the first of each kind are kept, and the log says how many were not.
    private void Enqueue(DueEntry due)
    {
        if (_due.Count < MostDue)
        {
            _due.Add(due);
            return;
        }

        Log.Lost(logger, due.Entry.Action, due.Entry.Folded + 1);
        _lost.Add(due.Entry.Folded + 1);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Entries of the audit about refusals are written a little later: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Error, "An entry of the audit about {Action}, which stands for {Count}, is lost: the database has been away for too long.")]
        public static partial void Lost(ILogger logger, string action, int count);

        [LoggerMessage(3, LogLevel.Error, "An entry of the audit about {Action} (correlation id {CorrelationId}) is lost: the database refused it {Tries} times and took others. It stands for {Count}.")]
        public static partial void SetAside(ILogger logger, string action, string? correlationId, int tries, int count);
    }
}
