using System.Net;
using Pao.Api.Access;
using Pao.Api.Correlation;
using Pao.Orchestrator.Auditing;

namespace Pao.Api.Auditing;

/// <summary>
/// Where a call comes from, as the audit keeps it. Behind a proxy that is the proxy's address, unless the host was told to
/// believe what the proxy says of its callers.
/// </summary>
internal static class CallOrigin
{
    /// <summary>Of a call that was let in.</summary>
    public static Origin Of(HttpContext http) => Of(http, Caller.Of(http.User).UserId, ActorKind.Principal);

    /// <summary>Of any call, with what is known of its caller.</summary>
    public static Origin Of(HttpContext http, string actor, ActorKind kind) =>
        new(actor, kind, AddressOf(http), UserAgentOf(http), CorrelationId.Of(http));

    private static string? AddressOf(HttpContext http) => http.Connection.RemoteIpAddress is { } address
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : WithoutScope(address)).ToString()
        : null;

    // Which of this machine's interfaces it came in by says nothing of the caller.
    private static IPAddress WithoutScope(IPAddress address) => address.IsIPv6LinkLocal ? new IPAddress(address.GetAddressBytes()) : address;

    private static string? UserAgentOf(HttpContext http) =>
        http.Request.Headers.UserAgent.ToString() is { Length: > 0 } text ? text : null;
}
