using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Pao.Activities.Egress;

/// <summary>What may be behind an address. The later, the less it may be called.</summary>
internal enum AddressKind
{
    Public,

    /// <summary>Reached only from inside: private, shared or unassigned ranges. Called only if an operator allows it.</summary>
    Private,

    /// <summary>This machine. Called only if an operator allows it.</summary>
    Loopback,

    /// <summary>Never called: link-local (where clouds hand out credentials), multicast, broadcast, unspecified.</summary>
    Forbidden,
}

/// <summary>
/// Judges addresses by their bits, never by their spelling. An IPv4 address inside an IPv6 address is judged too: a
/// gateway on the way unpacks it.
/// </summary>
internal static class AddressKinds
{
    private static readonly (IPNetwork Network, AddressKind Kind)[] Version4 = Table(
        (AddressKind.Forbidden, [
            "0.0.0.0/8", // this host on this network: Linux connects to itself
            "169.254.0.0/16", // link-local: the metadata of AWS, Azure, Google, Oracle; credentials of containers
            "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32", // metadata of Alibaba, of Oracle; Azure's host
            "224.0.0.0/4", "240.0.0.0/4", // multicast; reserved, broadcast
        ]),
        (AddressKind.Loopback, ["127.0.0.0/8"]),
        (AddressKind.Private, [
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
            "100.64.0.0/10", // shared by a provider's customers
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", // special use
        ]));

    private static readonly (IPNetwork Network, AddressKind Kind)[] Version6 = Table(
        (AddressKind.Forbidden, [
            "::/128", "fe80::/10", "ff00::/8",
            "fd00:ec2::/32", "fd20:ce::254/128", // metadata and credentials of AWS; metadata of Google
        ]),
        (AddressKind.Loopback, ["::1/128"]),
        (AddressKind.Private, ["2001:db8::/32", "2001:2::/48", "3fff::/20"])); // documentation, benchmarks

    // Prefixes of addresses with an IPv4 address in them, and where.
    private static readonly (IPNetwork Network, int Offset, byte Mask)[] Embedding =
    [
        (IPNetwork.Parse("::/96"), 12, 0), // compatible
        (IPNetwork.Parse("::ffff:0:0/96"), 12, 0), // mapped
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12, 0), // translated
        (IPNetwork.Parse("64:ff9b::/96"), 12, 0), // NAT64
        (IPNetwork.Parse("2002::/16"), 2, 0), // 6to4
        (IPNetwork.Parse("2001::/32"), 4, 0), // Teredo: the server
        (IPNetwork.Parse("2001::/32"), 12, 0xff), // Teredo: the client, inverted
    ];

    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>The address without its disguise as an IPv6 one.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static AddressKind Of(IPAddress address) => Plain(address) switch
    {
        { AddressFamily: AddressFamily.InterNetwork } plain => Find(Version4, plain) ?? AddressKind.Public,
        { AddressFamily: AddressFamily.InterNetworkV6 } plain => OfVersion6(plain),
        _ => AddressKind.Forbidden,
    };

    public static string Describe(AddressKind kind) => kind switch
    {
        AddressKind.Public => "a public address",
        AddressKind.Private => "a private address",
        AddressKind.Loopback => "this machine's own address",
        _ => "an address that is never called (link-local, cloud metadata, multicast or unspecified)",
    };

    private static AddressKind OfVersion6(IPAddress address)
    {
        // A scope names an interface, which matters to no range.
        var bytes = address.GetAddressBytes();
        var unscoped = new IPAddress(bytes);
        if (Find(Version6, unscoped) is { } known)
            return known;

        // Behind a translator's prefix stands what is inside, and nothing else; of the rest only 2000::/3 is public.
        var outside = GlobalUnicast.Contains(unscoped) || Array.Exists(Embedding, prefix => prefix.Network.Contains(unscoped))
            ? AddressKind.Public
            : AddressKind.Private;
        return EmbeddedIn(unscoped, bytes).Select(Of).Append(outside).Max();
    }

    private static IEnumerable<IPAddress> EmbeddedIn(IPAddress address, byte[] bytes)
    {
        foreach (var (network, offset, mask) in Embedding)
            if (network.Contains(address))
                yield return Version4At(bytes, offset, mask);

        // The operator of a local gateway chose where the address is: behind 48, 64 or 96 bits, as RFC 6052 has it.
        if (LocalNat64.Contains(address))
        {
            IPAddress[] readings = [new([bytes[6], bytes[7], bytes[9], bytes[10]]), Version4At(bytes, 9, 0), Version4At(bytes, 12, 0)];
            foreach (var reading in readings.Where(reading => reading.GetAddressBytes()[0] is not 0))
                yield return reading;
        }

        // ISATAP: any prefix, and this in front of the address.
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(8)) is 0x00005efe or 0x02005efe)
            yield return Version4At(bytes, 12, 0);
    }

    private static IPAddress Version4At(byte[] bytes, int offset, byte mask) =>
        new([.. bytes.AsSpan(offset, 4).ToArray().Select(part => (byte)(part ^ mask))]);

    private static AddressKind? Find((IPNetwork Network, AddressKind Kind)[] table, IPAddress address)
    {
        foreach (var (network, kind) in table)
            if (network.Contains(address))
                return kind;
        return null;
    }

    private static (IPNetwork Network, AddressKind Kind)[] Table(params (AddressKind Kind, string[] Networks)[] rows) =>
        [.. rows.SelectMany(row => row.Networks.Select(network => (IPNetwork.Parse(network), row.Kind)))];
}
