using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Writes each sealed entry, and each head, to stdout as a line of JSON, for whatever takes the output of the process to a log store. A line that
/// nobody reads in time is left out, not waited for: the places of those that arrive have a gap then, and the export has all.
/// </summary>
public sealed partial class AuditShipment(IOptions<AuditOptions> options, ILogger<AuditShipment> logger) : BackgroundService
{
    private const int MostWaiting = 10_000;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private long _dropped;

    /// <summary>Takes a line; returns at once.</summary>
    public void Ship(string line)
    {
        if (options.Value.Stdout && !_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    internal void Ship(IReadOnlyList<AuditRecord> records)
    {
        if (!options.Value.Stdout)
            return;

        foreach (var record in records)
            Ship(record.ToLine());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Stdout)
            return;

        // A stream of its own: the console's would be one lock for all that is written anywhere. A line is one write, so that
        // another's does not come in between.
        await using var output = Console.OpenStandardOutput();
        while (await _lines.Reader.WaitToReadAsync(stoppingToken))
        {
            while (_lines.Reader.TryRead(out var line))
                await WriteAsync(output, line, stoppingToken);
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                Log.Dropped(logger, dropped);
        }
    }

    private async Task WriteAsync(Stream output, string line, CancellationToken cancellationToken)
    {
        try
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
        }
        catch (IOException)
        {
            Interlocked.Increment(ref _dropped); // a full disk, say, or a pipe whose reader is gone
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} entries of the audit could not be written to stdout, or nobody read it fast enough; GET /api/v1/audit/export has them.")]
        public static partial void Dropped(ILogger logger, long count);
    }
}
