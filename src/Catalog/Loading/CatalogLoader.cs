using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pao.Catalog.Sources;

namespace Pao.Catalog.Loading;

/// <summary>Loads the catalog before the host is up, then follows its source.</summary>
internal sealed class CatalogLoader(ServiceCatalog catalog, ICatalogSource source, IOptions<CatalogOptions> options, TimeProvider clock)
    : BackgroundService
{
    /// <summary>An editor or a checkout writes in bursts: the load waits until the source is quiet.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>Watches first and loads then, or a change in between would be missed.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Watch)
        {
            _watching = source.WatchAsync(_changes.Writer, _stop.Token);
        }

        await catalog.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _stop.Cancel();
        base.Dispose();
        _stop.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Watch)
        {
            await using var stopping = stoppingToken.Register(_stop.Cancel);
            await await Task.WhenAny(_watching, FollowAsync(stoppingToken));
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _changes.Reader.ReadAllAsync(stoppingToken))
        {
            await Task.Delay(Quiet, clock, stoppingToken);
            await catalog.RefreshAsync(stoppingToken);
        }
    }
}
