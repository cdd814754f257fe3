using System.Globalization;
using System.Net;

namespace Pao.Activities.Egress;

/// <summary>One entry of an allow-list: a host or a domain by name, or a network by its addresses.</summary>
internal sealed record EgressRule
{
    private const int AnyPort = 0;

    private string? Host { get; init; }

    private IPNetwork? Network { get; init; }

    private int Port { get; init; }

    /// <summary>What an entry says, or what is wrong with it.</summary>
    public static (EgressRule? Rule, string? Problem) Parse(string entry)
    {
        if (entry.Contains('/'))
        {
            return IPNetwork.TryParse(entry, out var network)
                ? Allowing(new EgressRule { Network = network })
                : (null, "which is no network such as 10.20.0.0/16.");
        }

        var (host, portText) = Split(entry);
        var port = AnyPort;
        if (portText is not null && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            return (null, "whose port is not a number from 1 to 65535.");

        if (IPAddress.TryParse(host, out var address))
            return Allowing(new EgressRule { Network = Single(AddressKinds.Plain(address)), Port = port });

        var domain = host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host;
        return Uri.CheckHostName(domain.TrimStart('.')) is UriHostNameType.Dns
            ? (new EgressRule { Host = HostName.Canonical(domain), Port = port }, null)
            : (null, "which is no host, host:port, *.domain, address or network; it takes no scheme and no path.");
    }

    /// <summary>The host and port of an address.</summary>
    public static EgressRule For(Uri address) => new() { Host = HostName.Canonical(address.IdnHost), Port = address.Port };

    /// <summary>Whether the entry means this plain address of this host, which is in its canonical form.</summary>
    public bool Covers(string host, int port, IPAddress address) =>
        (Port is AnyPort || Port == port)
        && (Network?.Contains(address) ?? IsNamed(host));

    private bool IsNamed(string host) =>
        Host is ['.', ..] ? host.EndsWith(Host, StringComparison.Ordinal) : host == Host;

    /// <summary>What is never called cannot be allowed: whoever wrote it would believe that it is.</summary>
    private static (EgressRule? Rule, string? Problem) Allowing(EgressRule rule) =>
        rule.Network is { } network && AddressKinds.Of(network.BaseAddress) is AddressKind.Forbidden
            ? (null, "which is link-local, of a cloud's metadata service, or no address of one machine: such are never called.")
            : (rule, null);

    private static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    private static (string Host, string? Port) Split(string entry)
    {
        if (entry.StartsWith('[') && entry.IndexOf(']') is > 0 and var end)
            return (entry[1..end], entry.Length > end + 1 ? entry[(end + 1)..].TrimStart(':') : null);

        return entry.Split(':') is [var host, var port] ? (host, port) : (entry, null);
    }
}
