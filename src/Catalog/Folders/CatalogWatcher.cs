using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pao.Catalog.Folders;

/// <summary>
/// Loads the catalog before the host is up, then follows the folder: by what the file system tells, and, because
/// network and container mounts tell nothing, by looking now and then.
/// </summary>
internal sealed partial class CatalogWatcher(
    FolderCatalog catalog, IOptions<CatalogOptions> options, TimeProvider clock, ILogger<CatalogWatcher> logger)
    : BackgroundService
{
    /// <summary>An editor or a checkout writes in bursts: the load waits until the folder is quiet.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    private readonly CatalogFolder _folder = new(options.Value.Folder);
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private FileSystemWatcher? _watcher;
    private int? _seen;

    /// <summary>Watches first and loads then, or a change in between would be missed.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Watch)
        {
            _watcher = Watch(_changes.Writer);
            _seen = TryStamp();
        }

        await catalog.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _watcher?.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Value.Watch
        ? Task.WhenAll(FollowAsync(_changes.Reader, stoppingToken), LookAsync(_changes.Writer, stoppingToken))
        : Task.CompletedTask;

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
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = TryStamp();
            if (now != _seen)
            {
                _seen = now;
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
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException failure)
        {
            // The system's limit on watches: looking now and then remains.
            Log.NotWatched(logger, options.Value.PollInterval, failure.Message);
            watcher.Dispose();
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The catalog's folder can not be watched, it is looked at every {Interval}: {Reason}")]
        public static partial void NotWatched(ILogger logger, TimeSpan interval, string reason);
    }
}
