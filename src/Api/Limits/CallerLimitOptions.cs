using System.Net;
using Microsoft.Extensions.Options;
using Pao.Orchestrator.Access;
using Pao.Orchestrator.Requests;

namespace Pao.Api.Limits;

/// <summary>How much each caller may ask for; bound from <c>Pao:CallerLimits</c>.</summary>
internal sealed class CallerLimitOptions
{
    public const string Section = "Pao:CallerLimits";

    /// <summary>Calls of each principal.</summary>
    public Rate PerPrincipal { get; set; } = new() { Calls = 200, Burst = 1000 };

    /// <summary>Calls from each address (IPv6: each /64), whoever makes them.</summary>
    public Rate PerAddress { get; set; } = new() { Calls = 500, Burst = 2000 };

    /// <summary>Calls from each address that do not say who makes them, or cannot show it.</summary>
    public Rate FailuresPerAddress { get; set; } = new() { Calls = 60, Period = TimeSpan.FromMinutes(1), Burst = 120 };

    /// <summary>Open requests of each principal: submitted, and neither done nor given up.</summary>
    public int OpenRequests { get; set; } = 1000;

    /// <summary>Bytes of the fields of its open requests.</summary>
    public long StoredBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Calls of each principal that wait for a change at once: long polls and streams.</summary>
    public int WaitingCalls { get; set; } = 200;

    /// <summary>Documents and requests of each principal that are judged, previewed or tested at once.</summary>
    public int Validations { get; set; } = 4;

    /// <summary>Whether all this holds for this machine and for the administrator of the data directory, too.</summary>
    public bool LimitLocal { get; set; }

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) of the proxies in front of the service: the address of a call from there is
    /// the last one in <c>X-Forwarded-For</c> that is not one of them.
    /// </summary>
    public IList<string> Proxies { get; } = [];

    /// <returns>Null for whom no limits hold.</returns>
    public RequestQuota? QuotaOf(Principal principal) => IsLimited(principal) ? new RequestQuota(OpenRequests, StoredBytes) : null;

    public bool IsLimited(Principal principal) => LimitLocal || principal.Id != Principal.LocalAdmin.Id;

    internal IReadOnlyList<IPNetwork> ProxyNetworks => [.. Proxies.Select(text => Network(text) ?? throw new InvalidOperationException($"{text} is no network."))];

    internal static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

/// <summary>So many calls in a period, and as many at once as the burst.</summary>
internal sealed record Rate
{
    /// <summary>0: as many as come.</summary>
    public int Calls { get; set; }

    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    public int Burst { get; set; }
}

internal sealed class CallerLimitOptionsValidator : IValidateOptions<CallerLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, CallerLimitOptions options)
    {
        List<string> mistakes = [];
        foreach (var (key, rate) in new[]
        {
            (nameof(options.PerPrincipal), options.PerPrincipal), (nameof(options.PerAddress), options.PerAddress),
            (nameof(options.FailuresPerAddress), options.FailuresPerAddress),
        })
        {
            Check($"{key}:{nameof(rate.Calls)}", rate.Calls >= 0, "0 (unlimited) or more");
            Check($"{key}:{nameof(rate.Burst)}", rate.Calls == 0 || rate.Burst >= 1, "1 or more");
            Check($"{key}:{nameof(rate.Period)}", rate.Period >= TimeSpan.FromMilliseconds(100) && rate.Period <= TimeSpan.FromHours(1), "from 100 ms to 1 h");
        }

        Check(nameof(options.OpenRequests), options.OpenRequests >= 1, "1 or more");
        Check(nameof(options.StoredBytes), options.StoredBytes >= 1, "1 or more");
        Check(nameof(options.WaitingCalls), options.WaitingCalls >= 1, "1 or more");
        Check(nameof(options.Validations), options.Validations >= 1, "1 or more");
        foreach (var proxy in options.Proxies)
            Check(nameof(options.Proxies), CallerLimitOptions.Network(proxy) is not null, $"addresses or networks, and '{proxy}' is neither");
        return mistakes.Count > 0 ? ValidateOptionsResult.Fail(mistakes) : ValidateOptionsResult.Success;

        void Check(string key, bool right, string must)
        {
            if (!right)
                mistakes.Add($"{CallerLimitOptions.Section}:{key} must be {must}.");
        }
    }
}
