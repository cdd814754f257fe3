using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Loading;

/// <summary>Loads the catalog before the host is up, then follows its source, and tries again what has failed.</summary>
internal sealed class CatalogLoader(ServiceCatalog catalog, ICatalogSource source, IOptions<CatalogOptions> options, TimeProvider clock)
    : BackgroundService
{
    /// <summary>An editor or a checkout writes in bursts: the load waits until the source is quiet.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);

    /// <summary>A loop that waits wakes so often, to say that it lives.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>A large catalog of a slow host takes minutes; one load waits for another.</summary>
    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(20);

    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Loads, whoever asked for them, that left something to be done.</summary>
    private readonly Channel<bool> _failures =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private Task _first = Task.CompletedTask;

    /// <summary>Watches first and loads then, or a change in between would be missed.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Loaded += OnLoaded;
        _watching = options.Value.Watch ? source.WatchAsync(_changes.Writer, _stop.Token) : Task.Delay(Timeout.InfiniteTimeSpan, clock, _stop.Token);
        var load = catalog.LoadAsync(cancellationToken);
        _first = load;
        try
        {
            await load.WaitAsync(options.Value.StartTimeout, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            catalog.ServeKept($"The source has not answered within {options.Value.StartTimeout.TotalSeconds} s.");
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await catalog.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        catalog.Loaded -= OnLoaded;
        _stop.Cancel();
        base.Dispose();
        _stop.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stopping = stoppingToken.Register(_stop.Cancel);
        await _first.WaitAsync(stoppingToken);
        await await Task.WhenAny(_watching, FollowAsync(stoppingToken), RetryAsync(stoppingToken));
    }

    private void OnLoaded(CatalogLoad load)
    {
        if (!load.IsSettled)
        {
            _failures.Writer.TryWrite(true);
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var beat = options.Value.Heartbeat("catalog.follow");
        while (true)
        {
            await TakeAsync(_changes.Reader, beat, stoppingToken);
            await Task.Delay(Quiet, clock, stoppingToken);
            await catalog.LoadAsync(stoppingToken);
        }
    }

    private async Task RetryAsync(CancellationToken stoppingToken)
    {
        var pause = FirstRetry;
        var beat = options.Value.Heartbeat("catalog.retry");
        while (true)
        {
            await TakeAsync(_failures.Reader, beat, stoppingToken);
            await Task.Delay(pause, clock, stoppingToken);
            pause = (await catalog.LoadAsync(stoppingToken)).IsSettled ? FirstRetry : TimeSpan.FromTicks(Math.Min(LastRetry.Ticks, 2 * pause.Ticks));
        }
    }

    private async Task TakeAsync(ChannelReader<bool> notes, Action<TimeSpan> beat, CancellationToken stoppingToken)
    {
        while (!notes.TryRead(out _))
        {
            beat(LongestWait);
            using var over = new CancellationTokenSource(LongestWait, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stoppingToken);
            try
            {
                await notes.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                // Nothing has happened.
            }
        }

        beat(LongestLoad);
    }
}
