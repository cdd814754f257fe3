using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;

namespace Pao.Api.Catalog.Caching;

/// <summary>
/// A cache that may be away: what cannot be read is not there, what cannot be written is not kept. After a failure it is
/// left alone for a while, so that nobody waits for it call by call.
/// </summary>
internal sealed partial class OptionalCache(IDistributedCache inner, TimeProvider time, ILogger<OptionalCache> logger) : IDistributedCache
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private long _pausedAt = long.MinValue;

    public byte[]? Get(string key) => throw Blocking();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw Blocking();

    public void Refresh(string key) => throw Blocking();

    public void Remove(string key) => throw Blocking();

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        byte[]? value = null;
        await TryAsync(async () => value = await inner.GetAsync(key, token));
        return value;
    }

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        TryAsync(() => inner.SetAsync(key, value, options, token));

    public Task RefreshAsync(string key, CancellationToken token = default) => TryAsync(() => inner.RefreshAsync(key, token));

    public Task RemoveAsync(string key, CancellationToken token = default) => TryAsync(() => inner.RemoveAsync(key, token));

    private static NotSupportedException Blocking() => new("Nothing here waits for a cache while it blocks a thread.");

    private async Task TryAsync(Func<Task> call)
    {
        var pausedAt = Interlocked.Read(ref _pausedAt);
        if (pausedAt != long.MinValue && time.GetElapsedTime(pausedAt) < Pause)
            return;

        try
        {
            await call();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            Interlocked.Exchange(ref _pausedAt, time.GetTimestamp());
            Log.Failed(logger, failure.GetType().Name);
        }
    }

    private static partial class Log
    {
        // The message of the exception holds addresses and the state of queues, and would come each time.
        [LoggerMessage(1, LogLevel.Warning, "The cache in Redis fails ({Failure}) and is left alone for two seconds.")]
        public static partial void Failed(ILogger logger, string failure);
    }
}
