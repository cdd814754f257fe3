using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Pao.Catalog;
using Pao.DurableTask;

namespace Pao.Api.Catalog.Probing;

/// <summary>Probes the health checks of the catalog that is in force, a few at a time.</summary>
internal sealed partial class HealthProber(
    ServiceCatalog catalog, ProbeSchedule schedule, HealthProbe probe, IOptions<ProbingOptions> options, Heartbeats heartbeats, TimeProvider clock,
    ILogger<HealthProber> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Heartbeat _beat = heartbeats.Of("health_checks");

    /// <summary>Something is to be done earlier than was thought: there is another catalog, or a probe has ended.</summary>
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            _beat.End();
            return;
        }

        catalog.Swapped += OnSwapped;
        try
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = options.Value.AtOnce, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(DueAsync(stoppingToken), limits, ProbeAsync);
        }
        finally
        {
            catalog.Swapped -= OnSwapped;
        }
    }

    private void OnSwapped(CatalogSnapshot snapshot) => _news.Writer.TryWrite(true);

    /// <summary>Each URL when it is due and there is somebody to probe it.</summary>
    private async IAsyncEnumerable<CheckedUrl> DueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CatalogSnapshot? followed = null;
        while (true)
        {
            _beat.Beat(LongestWait);

            // Read anew instead of taken from the event: of two swaps at once the later one counts.
            var current = catalog.Current;
            if (!ReferenceEquals(current, followed))
                schedule.Follow((followed = current).Entries);
            if (schedule.TakeDue(out var wait) is { } due)
                yield return due;
            else
                await WaitAsync(wait < LongestWait ? wait : LongestWait, cancellationToken);
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_news.Reader.WaitToReadAsync(over.Token).AsTask(), Task.Delay(wait, clock, over.Token));
        await over.CancelAsync();
        _news.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask ProbeAsync(CheckedUrl one, CancellationToken cancellationToken)
    {
        var result = await probe.AskAsync(one.Url, cancellationToken);
        var before = schedule.Record(one, result);
        _news.Writer.TryWrite(true);
        if (before.State == result.State)
            return;

        // The URL itself may hold a key.
        if (result.State is HealthState.Healthy)
            Log.Healthy(logger, one.Entry, one.Url.Authority);
        else
            Log.NotHealthy(logger, one.Entry, one.Url.Authority, result.State, result.Reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The health check of {Entry} at {Host} says that it is healthy.")]
        public static partial void Healthy(ILogger logger, string entry, string host);

        [LoggerMessage(2, LogLevel.Warning, "The health check of {Entry} at {Host}: {State}. {Reason}")]
        public static partial void NotHealthy(ILogger logger, string entry, string host, HealthState state, string? reason);
    }
}
