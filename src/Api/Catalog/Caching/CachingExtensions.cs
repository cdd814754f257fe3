using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using Microsoft.Extensions.Options;

namespace Pao.Api.Catalog.Caching;

internal static class CachingExtensions
{
    /// <summary>Adds <see cref="CatalogAnswers"/>, kept in this process and, where one is configured, in Redis.</summary>
    public static IServiceCollection AddCatalogCache(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<CacheOptions, CacheOptionsValidator>().BindConfiguration(CacheOptions.Section);
        services.AddOptions<MemoryCacheOptions>().Configure<IOptions<CacheOptions>>((memory, cache) => memory.SizeLimit = cache.Value.LocalBytes);
        services.AddHybridCache();
        services.AddOptions<HybridCacheOptions>().Configure<IOptions<CacheOptions>>((hybrid, cache) => hybrid.DefaultEntryOptions = new()
        {
            LocalCacheExpiration = cache.Value.LocalTtl,
            Expiration = cache.Value.RedisTtl,
        });
        services.AddSingleton<CatalogAnswers>();
        return configuration[$"{CacheOptions.Section}:{nameof(CacheOptions.Redis)}"] is { Length: > 0 } ? services.AddRedis() : services;
    }

    private static IServiceCollection AddRedis(this IServiceCollection services)
    {
        services.AddSingleton<RedisConnection>();
        services.AddSingleton<IDistributedCache>(provider => new OptionalCache(
            new RedisCache(new RedisCacheOptions
            {
                ConnectionMultiplexerFactory = provider.GetRequiredService<RedisConnection>().OpenAsync,
                InstanceName = provider.GetRequiredService<IOptions<CacheOptions>>().Value.KeyPrefix,
            }),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OptionalCache>>()));
        return services.AddHostedService<CatalogAnnouncements>();
    }
}
