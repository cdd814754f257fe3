using System.Net;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;

namespace Pao.TaskHub.Grpc;

/// <summary>Decides what a caller of one hub may do.</summary>
internal sealed class HubAccess(HubAccessOptions options, bool requireToken)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? _token = Hash(options.Token);
    private readonly byte[]? _activityToken = Hash(options.ActivityToken);

    public IReadOnlySet<string> ReservedNames { get; } = options.ReservedNames.ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The rights that the call's token, or for want of one its origin, gives.</summary>
    /// <exception cref="RpcException">Unauthenticated: no token where one is needed, or a wrong one.</exception>
    public CallerRights RightsOf(string? authorization, IPAddress? origin)
    {
        if (string.IsNullOrEmpty(authorization))
            return !requireToken && origin is not null && IPAddress.IsLoopback(origin) ? WithoutToken : throw Unauthenticated();

        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw Unauthenticated();

        // Both are compared, each in a time that tells nothing.
        var shown = Hash(authorization[Scheme.Length..].Trim());
        var isActivityToken = Matches(_activityToken, shown);
        return Matches(_token, shown) ? CallerRights.All
            : isActivityToken ? CallerRights.Activities
            : throw Unauthenticated();
    }

    private CallerRights WithoutToken => ReservedNames.Count > 0 ? CallerRights.Activities : CallerRights.All;

    private static bool Matches(byte[]? expected, byte[]? shown) =>
        expected is not null && CryptographicOperations.FixedTimeEquals(expected, shown);

    private static byte[]? Hash(string? token) => string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static RpcException Unauthenticated() => new(new Status(
        StatusCode.Unauthenticated, "The task hub needs a valid token: send it as 'authorization: Bearer …'."));
}
