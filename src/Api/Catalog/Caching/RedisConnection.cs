using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Pao.Api.Catalog.Caching;

/// <summary>
/// The one connection to Redis. Redis only makes things faster: nothing waits for it to come up, and while it is away
/// every call fails at once.
/// </summary>
internal sealed partial class RedisConnection(IOptions<CacheOptions> options, ILogger<RedisConnection> logger) : IAsyncDisposable
{
    private const int ConnectMilliseconds = 2_000;
    private const int CallMilliseconds = 500;

    private readonly SemaphoreSlim _once = new(1, 1);
    private ConnectionMultiplexer? _multiplexer;

    /// <summary>Tells that Redis is there again: what was announced meanwhile was missed.</summary>
    public event Action? Restored;

    /// <summary>Whether Redis answers now.</summary>
    public bool IsConnected => _multiplexer is { IsConnected: true };

    public async Task<IConnectionMultiplexer> OpenAsync()
    {
        if (_multiplexer is { } open)
            return open;

        await _once.WaitAsync();
        try
        {
            return _multiplexer ??= await ConnectAsync();
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _once.Dispose();
        if (_multiplexer is not null)
            await _multiplexer.DisposeAsync();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var configuration = ConfigurationOptions.Parse(options.Value.Redis ?? throw new InvalidOperationException("No Redis is configured."));
        configuration.AbortOnConnectFail = false;
        configuration.ConnectTimeout = ConnectMilliseconds;
        configuration.AsyncTimeout = CallMilliseconds;
        configuration.SyncTimeout = CallMilliseconds;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ClientName = "pao";
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        multiplexer.ConnectionFailed += (_, e) => Log.Lost(logger, e.EndPoint, e.FailureType);
        multiplexer.ConnectionRestored += (_, e) =>
        {
            Log.Restored(logger, e.EndPoint);
            Restored?.Invoke();
        };
        if (!multiplexer.IsConnected)
            Log.NotThere(logger);
        return multiplexer;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis at {Node} is away ({Failure}): catalog answers come from this process until it is back.")]
        public static partial void Lost(ILogger logger, System.Net.EndPoint? node, ConnectionFailureType failure);

        [LoggerMessage(2, LogLevel.Information, "Redis at {Node} is back.")]
        public static partial void Restored(ILogger logger, System.Net.EndPoint? node);

        [LoggerMessage(3, LogLevel.Warning, "Redis does not answer: catalog answers come from this process until it does.")]
        public static partial void NotThere(ILogger logger);
    }
}
