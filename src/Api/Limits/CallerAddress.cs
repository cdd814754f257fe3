using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Pao.Api.Limits;

/// <summary>From where a call comes, as far as limits tell places apart.</summary>
internal sealed class CallerAddress(IOptions<CallerLimitOptions> options)
{
    /// <summary>
    /// So many places at most are told apart, so that no number of addresses fills the memory. Which of them share one is
    /// different in each process (text hashes are), so nobody can choose to share that of another.
    /// </summary>
    private const int Slots = 1 << 16;

    private const int Local = -1;

    private readonly IReadOnlyList<IPNetwork> _proxies = options.Value.ProxyNetworks;

    /// <returns>A number for the place; null when it is this machine, which is not limited.</returns>
    public int? SlotOf(HttpContext context) => Find(context) switch
    {
        // No address at all is a connection within the process, as tests make it.
        null => options.Value.LimitLocal ? Local : null,
        { } address when IPAddress.IsLoopback(address) => options.Value.LimitLocal ? Local : null,
        { } address => (int)((uint)Place(address).GetHashCode(StringComparison.Ordinal) % Slots),
    };

    internal IPAddress? Find(HttpContext context)
    {
        var address = Plain(context.Connection.RemoteIpAddress);
        if (address is null || !IsProxy(address))
            return address;

        var forwarded = context.Request.Headers["X-Forwarded-For"]
            .SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries)).Reverse();
        foreach (var text in forwarded)
        {
            if (!IPAddress.TryParse(text, out var before))
                break; // whoever wrote this is not to be believed about what is before it
            address = Plain(before) ?? address;
            if (!IsProxy(address))
                break;
        }

        return address;
    }

    private bool IsProxy(IPAddress address) => _proxies.Any(network => network.Contains(address));

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    // Whoever has one address of IPv6 has its /64.
    private static string Place(IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
}
