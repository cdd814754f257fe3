using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Pao.Catalog;
using Pao.DurableTask;
using StackExchange.Redis;

namespace Pao.Api.Catalog.Caching;

/// <summary>
/// Tells the other processes through Redis that the catalog was swapped, and loads it when another one tells so. What is
/// missed while Redis is away, each process finds by itself when it next looks at the source.
/// </summary>
internal sealed partial class CatalogAnnouncements(
    ServiceCatalog catalog, RedisConnection redis, IOptions<CacheOptions> options, Heartbeats heartbeats, TimeProvider time,
    ILogger<CatalogAnnouncements> logger)
    : BackgroundService
{
    /// <summary>In place of a version: something may have been missed.</summary>
    private const string Unknown = "";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestTask = TimeSpan.FromMinutes(20); // a load of the catalog

    private readonly RedisChannel _channel = RedisChannel.Literal($"{options.Value.KeyPrefix}catalog-swapped");
    private readonly Channel<string> _swapped = Latest();
    private readonly Channel<string> _heard = Latest();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        catalog.Swapped += OnSwapped;
        redis.Restored += OnRestored;
        try
        {
            var subscriber = (await redis.OpenAsync()).GetSubscriber();

            // Not waited for: while Redis is away the subscription is made when it comes.
            subscriber.Subscribe(_channel, (_, version) => _heard.Writer.TryWrite(version.ToString()), CommandFlags.FireAndForget);
            await Task.WhenAll(
                EachAsync(_swapped.Reader, "catalog.announce", version => TellAsync(subscriber, version), stoppingToken),
                EachAsync(_heard.Reader, "catalog.announced", version => FollowAsync(version, stoppingToken), stoppingToken));
        }
        finally
        {
            catalog.Swapped -= OnSwapped;
            redis.Restored -= OnRestored;
        }
    }

    private static Channel<string> Latest() =>
        Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private void OnSwapped(CatalogSnapshot snapshot) => _swapped.Writer.TryWrite(snapshot.Version);

    private void OnRestored() => _heard.Writer.TryWrite(Unknown);

    private async Task EachAsync(ChannelReader<string> versions, string loop, Func<string, Task> act, CancellationToken stoppingToken)
    {
        var beat = heartbeats.Of(loop);
        while (true)
        {
            beat.Beat(LongestWait);
            using var over = new CancellationTokenSource(LongestWait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, stoppingToken);
            try
            {
                await versions.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                continue;
            }

            beat.Beat(LongestTask);
            if (versions.TryRead(out var version))
                await act(version);
        }
    }

    private async Task TellAsync(ISubscriber subscriber, string version)
    {
        try
        {
            await subscriber.PublishAsync(_channel, version);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            Log.Untold(logger, failure.GetType().Name);
        }
    }

    private async Task FollowAsync(string version, CancellationToken stoppingToken)
    {
        if (version != catalog.Current.Version)
            await catalog.RefreshAsync(stoppingToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Other processes were not told that the catalog was swapped ({Failure}); they see it when they next look.")]
        public static partial void Untold(ILogger logger, string failure);
    }
}
