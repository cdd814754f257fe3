using System.Data.Common;
using System.Text.Json.Nodes;
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
public sealed partial class FoldedEntries(Database database, Heartbeats heartbeats, TimeProvider time, ILogger<FoldedEntries> logger) : BackgroundService
{
    /// <summary>Repeats within it are counted, not written.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The longest that an entry is only in memory: a process that is killed loses so much.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    /// <summary>So many different ones within a window are written one by one; the rest is one entry for each kind of refusal.</summary>
    public const int MostDifferent = 100;

    private const int MostDue = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Kind, Open> _open = [];
    private List<Due> _due = [];
    private DateTimeOffset _windowEnds;

    /// <summary>Takes an entry; returns at once.</summary>
    public void Note(AuditEntry entry)
    {
        var now = Clock.Microseconds(time);
        lock (_lock)
        {
            if (now >= _windowEnds)
                EndWindow(now);
            if (Repeats(Kind.Of(entry)) || (_open.Count >= MostDifferent && Repeats(Kind.OfMany(entry))))
                return;

            if (_open.Count >= MostDifferent)
                _open[Kind.OfMany(entry)] = new Open(Many(entry), now) { Folded = 1 };
            else
            {
                _open[Kind.Of(entry)] = new Open(entry, now);
                Enqueue(new Due(entry, now));
            }
        }
    }

    /// <summary>Writes what is due; with all of it, also the counts of the window that is open.</summary>
    internal async Task WriteAsync(bool all, CancellationToken cancellationToken)
    {
        var due = Take(all);
        if (due.Count == 0)
            return;

        var isWritten = false;
        try
        {
            isWritten = await database.WriteAsync(async transaction =>
            {
                await transaction.ExecuteAsync(AuditLog.Insert, due, (p, one) => AuditLog.Bind(p, one.Entry, one.At), cancellationToken);
                return true;
            }, cancellationToken);
        }
        finally
        {
            if (!isWritten)
                GiveBack(due);
        }
    }

    // Whoever writes takes them: the end of the process writes too, and may meet a write that is under way.
    private List<Due> Take(bool all)
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

    private void GiveBack(List<Due> due)
    {
        lock (_lock)
        {
            var since = _due;
            _due = due;
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
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            Log.Postponed(logger, e.Message);
        }
    }

    private bool Repeats(Kind kind)
    {
        if (!_open.TryGetValue(kind, out var open))
            return false;
        open.Folded++;
        return true;
    }

    private void EndWindow(DateTimeOffset now)
    {
        foreach (var open in _open.Values.Where(open => open.Folded > 0))
        {
            var details = (JsonObject?)open.Entry.Details?.DeepClone() ?? [];
            details["repeated_since"] = open.Since.ToString("O");
            Enqueue(new Due(open.Entry with { Details = details, Folded = open.Folded }, now));
        }

        _open.Clear();
        _windowEnds = now + Window;
    }

    // While the database is away, the first of each kind are kept, and the log says how many were not.
    private void Enqueue(Due due)
    {
        if (_due.Count < MostDue)
            _due.Add(due);
        else
            Log.Lost(logger, due.Entry.Action, due.Entry.Folded + 1);
    }

    private static AuditEntry Many(AuditEntry entry) => new(
        new Origin("many", ActorKind.Unknown, address: null, userAgent: null, correlationId: null), entry.Action)
    {
        ErrorCode = entry.ErrorCode,
        Details = new JsonObject { ["reason"] = $"More than {MostDifferent} different callers or reasons within {Window.TotalSeconds:0} s." },
    };

    private readonly record struct Kind(string Action, string? ErrorCode, string? Actor, string? Address, string? Reason)
    {
        public static Kind Of(AuditEntry entry) =>
            new(entry.Action, entry.ErrorCode, entry.Origin.Actor, entry.Origin.Address, (string?)entry.Details?["reason"]);

        public static Kind OfMany(AuditEntry entry) => new(entry.Action, entry.ErrorCode, null, null, null);
    }

    private sealed record Open(AuditEntry Entry, DateTimeOffset Since)
    {
        public int Folded { get; set; }
    }

    private sealed record Due(AuditEntry Entry, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Entries of the audit about refusals are written a little later: {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Error, "An entry of the audit about {Action}, which stands for {Count}, is lost: the database has been away for too long.")]
        public static partial void Lost(ILogger logger, string action, int count);
    }
}
