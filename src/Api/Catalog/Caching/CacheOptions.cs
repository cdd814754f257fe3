using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Pao.Api.Catalog.Caching;

/// <summary>How answers about the catalog are kept; bound from <c>Pao:Cache</c>.</summary>
internal sealed class CacheOptions
{
    public const string Section = "Pao:Cache";

    /// <summary>
    /// From <c>REDIS_CLUSTER_ENDPOINT</c>: one or several nodes of a Redis or a Redis Cluster, <c>host:port,host:port</c>,
    /// with options as StackExchange.Redis writes them (<c>ssl=true,password=…</c>). Unset: the cache is in this process.
    /// </summary>
    [RedisEndpoint]
    public string? Redis { get; set; }

    /// <summary>Begins every key and channel, so that several installations can share one Redis.</summary>
    [RegularExpression("^[A-Za-z0-9:._-]{1,64}$", ErrorMessage = "Pao:Cache:KeyPrefix must be 1 to 64 letters, digits or : . _ -.")]
    public string KeyPrefix { get; set; } = "pao:";

    /// <summary>How long an answer is kept in this process.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Pao:Cache:LocalTtl must be from one second to one day.")]
    public TimeSpan LocalTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer is kept in Redis.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Pao:Cache:RedisTtl must be from one second to seven days.")]
    public TimeSpan RedisTtl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How much the answers in this process may take, in bytes.</summary>
    [Range(1 << 20, 1L << 33, ErrorMessage = "Pao:Cache:LocalBytes must be from 1 MiB to 8 GiB.")]
    public long LocalBytes { get; set; } = 64 << 20;
}

/// <summary>Refuses what StackExchange.Redis cannot read, without repeating it: it may hold a password.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RedisEndpointAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not string { Length: > 0 } text || Parses(text);

    public override string FormatErrorMessage(string name) =>
        $"{CacheOptions.Section}:{nameof(CacheOptions.Redis)} (REDIS_CLUSTER_ENDPOINT) must be host:port, or several with commas between them.";

    private static bool Parses(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

[OptionsValidator]
internal sealed partial class CacheOptionsValidator : IValidateOptions<CacheOptions>;
