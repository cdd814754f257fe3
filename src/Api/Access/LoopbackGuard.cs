using System.Net;

namespace Pao.Api.Access;

/// <summary>Refuses to serve the network until that is asked for by name.</summary>
internal static class LoopbackGuard
{
    /// <summary>Checks an address before the server binds it; null is "localhost".</summary>
    public static void Check(IPEndPoint? endpoint, bool allowNonLoopback)
    {
        if (endpoint is not null && !IPAddress.IsLoopback(endpoint.Address) && !allowNonLoopback)
            throw new InvalidOperationException(
                $"PAO would listen on {endpoint}, which other machines can reach, while one access key is all that guards it. "
                + "Listen on 127.0.0.1 or localhost (--urls), or set Pao:Access:AllowNonLoopback=true behind a proxy that you trust.");
    }
}
