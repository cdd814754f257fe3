using System.Net;

namespace Pao.TaskHub.Grpc;

/// <summary>An address that the hub is served on.</summary>
internal sealed record ListenAddress(IPAddress Address, int Port, bool IsTls)
{
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Null when the text is no address, or names a host that only a name server knows.</summary>
    public static ListenAddress? Parse(string url)
    {
        // Uri knows no host named "*".
        var text = url.Trim().Replace("://*", "://[::]", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/")
            return null;

        var isTls = uri.Scheme == Uri.UriSchemeHttps;
        if (!isTls && uri.Scheme != Uri.UriSchemeHttp)
            return null;
        if (string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            return new ListenAddress(IPAddress.Loopback, uri.Port, isTls);

        return IPAddress.TryParse(uri.Host, out var address) ? new ListenAddress(address, uri.Port, isTls) : null;
    }
}
