using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Pao.Api.Telemetry;
using Pao.Catalog;

namespace Pao.Api.Catalog.Caching;

/// <summary>
/// Answers about the catalog, written once and kept: in this process, then in Redis. An answer's key holds the snapshot's
/// version, so a swap of the catalog leaves all that was kept behind, in every process.
/// </summary>
internal sealed class CatalogAnswers(HybridCache cache, IOptions<JsonOptions> json, ProcessMetrics metrics)
{
    /// <summary>Another build may write another answer from the same documents.</summary>
    private static readonly string Build = typeof(CatalogAnswers).Module.ModuleVersionId.ToString("N");

    private static readonly HybridCacheEntryOptions Unshared = new() { Flags = HybridCacheEntryFlags.DisableDistributedCache };

    /// <param name="snapshot">The snapshot that the answer is made from.</param>
    /// <param name="name">What is asked: with the snapshot it determines the answer.</param>
    /// <param name="make">Makes the answer when it is not kept yet.</param>
    /// <param name="isShared">False keeps it out of Redis: what people type is different each time.</param>
    public CatalogAnswer<T> Of<T>(CatalogSnapshot snapshot, string name, Func<T> make, bool isShared = true)
    {
        var key = $"catalog:{Build}:{snapshot.Version}:{name}";
        var tag = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
        return new(
            new EntityTagHeaderValue($"\"{tag}\""),
            cancellationToken => FindAsync(tag, make, isShared ? null : Unshared, cancellationToken));
    }

    private async ValueTask<byte[]> FindAsync<T>(string key, Func<T> make, HybridCacheEntryOptions? options, CancellationToken cancellationToken)
    {
        var isHit = true;
        var answer = await cache.GetOrCreateAsync(
            key,
            _ =>
            {
                isHit = false;
                return ValueTask.FromResult(JsonSerializer.SerializeToUtf8Bytes(make(), json.Value.SerializerOptions));
            },
            options,
            cancellationToken: cancellationToken);
        metrics.CacheLookedUp(isHit);
        return answer;
    }
}
