using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pao.Catalog.Folders;

/// <summary>
/// Loads the catalog before the host is up, then follows the folder: by what the file system tells, and, because
/// network and container mounts tell nothing, by looking now and then.
/// </summary>
internal sealed class CatalogWatcher(FolderCatalog catalog, IOptions<CatalogOptions> options, TimeProvider clock)
    : BackgroundService
{
    /// <summary>An editor or a checkout writes in bursts: the load waits until the folder is quiet.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly CatalogFolder _folder = new(options.Value.Folder);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Watch)
        {
            return;
        }

        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = Watch(changes.Writer);
        await Task.WhenAll(FollowAsync(changes.Reader, stoppingToken), LookAsync(changes.Writer, stoppingToken));
    }

    private async Task FollowAsync(ChannelReader<bool> changes, CancellationToken stoppingToken)
    {
        await foreach (var _ in changes.ReadAllAsync(stoppingToken))
        {
            await Task.Delay(Quiet, clock, stoppingToken);
            await catalog.RefreshAsync(stoppingToken);
        }
    }

    private async Task LookAsync(ChannelWriter<bool> changes, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, clock);
        var seen = TryStamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = TryStamp();
            if (now != seen)
            {
                seen = now;
                changes.TryWrite(true);
            }
        }
    }

    /// <summary>A folder that can not be read now differs from what it was; the load then says why.</summary>
    private int? TryStamp()
    {
        try
        {
            return _folder.Stamp();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileSystemWatcher? Watch(ChannelWriter<bool> changes)
    {
        if (!Directory.Exists(_folder.FullPath))
        {
            return null;
        }

        var watcher = new FileSystemWatcher(_folder.FullPath) { IncludeSubdirectories = true };
        watcher.Changed += (_, _) => changes.TryWrite(true);
        watcher.Created += (_, _) => changes.TryWrite(true);
        watcher.Deleted += (_, _) => changes.TryWrite(true);
        watcher.Renamed += (_, _) => changes.TryWrite(true);
        watcher.Error += (_, _) => changes.TryWrite(true);
        watcher.EnableRaisingEvents = true;
        return watcher;
    }
}
