using System.Net;
using Microsoft.Extensions.Options;

namespace Pao.Api.Access.Trusted;

/// <summary>The header in which a gateway names the caller, and from where it is believed.</summary>
internal sealed partial class TrustedHeader(IOptions<TrustedHeaderOptions> options, ILogger<TrustedHeader> logger)
{
    private readonly IPNetwork[] _networks = [.. options.Value.Networks.Select(Parse)];

    public string? Name => options.Value.Name;

    /// <summary>Whether the call has it, and comes from where it is believed. From elsewhere it is as if it was not there.</summary>
    public bool IsIn(HttpContext context)
    {
        if (Name is not { } name || !context.Request.Headers.ContainsKey(name))
            return false;

        var address = context.Connection.RemoteIpAddress;
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        if (plain is not null && Array.Exists(_networks, network => network.Contains(plain)))
            return true;

        Log.Ignored(logger, name, address, TrustedHeaderOptions.Section);
        return false;
    }

    private static IPNetwork Parse(string text) => IPNetwork.TryParse(text, out var network)
        ? network
        : new IPNetwork(IPAddress.Parse(text), IPAddress.Parse(text).GetAddressBytes().Length * 8);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The header {Name} came from {Address}, which is not in {Section}:Networks, and was ignored.")]
        public static partial void Ignored(ILogger logger, string name, IPAddress? address, string section);
    }
}
