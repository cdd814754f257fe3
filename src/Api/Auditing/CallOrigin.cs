using System.Net;
using Pao.Api.Access;
using Pao.Api.Correlation;
using Pao.Api.Limits;
using Pao.Orchestrator.Auditing;

namespace Pao.Api.Auditing;

/// <summary>
/// Where a call comes from, as the audit keeps it: the address that limits go by (<see cref="CallerLimitOptions.Proxies"/>).
/// </summary>
internal static class CallOrigin
{
    /// <summary>Of a call that was let in.</summary>
    public static Origin Of(HttpContext http) => Of(http, Caller.Of(http.User).UserId, ActorKind.Principal);

    /// <summary>Of any call, with what is known of its caller.</summary>
    public static Origin Of(HttpContext http, string actor, ActorKind kind) =>
        new(actor, kind, AddressOf(http), UserAgentOf(http), CorrelationId.Of(http));

    private static string? AddressOf(HttpContext http) => http.RequestServices.GetRequiredService<CallerAddress>().Find(http) is { } address
        ? WithoutScope(address).ToString()
        : null;

    // Which of this machine's interfaces it came in by says nothing of the caller.
    private static IPAddress WithoutScope(IPAddress address) => address.IsIPv6LinkLocal ? new IPAddress(address.GetAddressBytes()) : address;

    private static string? UserAgentOf(HttpContext http) =>
        http.Request.Headers.UserAgent.ToString() is { Length: > 0 } text ? text : null;
}
