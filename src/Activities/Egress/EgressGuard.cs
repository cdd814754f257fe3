using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pao.Activities.Egress;

/// <summary>Finds the addresses of a host.</summary>
internal delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Decides what the service connects to. Documents name URLs, so whoever may edit one could aim the service at what only
/// the service can reach. The name is resolved here, every address that it has is judged, and the connection goes to
/// an address that was: no second look-up could answer differently.
/// </summary>
public sealed partial class EgressGuard
{
    private readonly NameLookup _lookup;
    private readonly ILogger _logger;
    private readonly EgressOptions _options;
    private readonly EgressRule[] _allowed;
    private readonly EgressRule[] _allowedHttp;

    internal EgressGuard(NameLookup lookup, IOptions<EgressOptions> options, ILogger<EgressGuard> logger)
    {
        (_lookup, _options, _logger) = (lookup, options.Value, logger);
        (_allowed, _allowedHttp) = (Rules(_options.Allow), Rules(_options.AllowHttp));
    }

    /// <summary>The one handler of calls to other systems: each client of the host gets one of these.</summary>
    public HttpMessageHandler CreateHandler() => CreateHandler([]);

    /// <summary>One that may also call what an operator named elsewhere, such as the address of a secret store.</summary>
    public HttpMessageHandler CreateHandler(IReadOnlyCollection<Uri> named)
    {
        EgressRule[] rules = [.. named.Select(EgressRule.For)];
        return CreateHandler((context, cancellationToken) => ConnectAsync(context, rules, cancellationToken));
    }

    private GuardedHandler CreateHandler(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) => new(new SocketsHttpHandler
    {
        ConnectCallback = connect,
        UseProxy = false, // behind a proxy the guard would judge the proxy's address, not the target's
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = _options.ConnectTimeout,
        PooledConnectionLifetime = _options.ConnectionLifetime,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new TraceHeaders(),
    });

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, EgressRule[] named, CancellationToken cancellationToken)
    {
        // Connections are pooled by scheme, host and port, so that what is judged for the first call holds for the next.
        var isHttp = context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps;
        var (host, port) = (HostName.Canonical(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        var addresses = await ResolveAsync(host, cancellationToken);
        foreach (var address in addresses)
            Judge(host, port, address, isHttp, named);
        return await ConnectAsync(addresses, port, cancellationToken);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] found = IPAddress.TryParse(host, out var literal) ? [literal] : await _lookup(host, cancellationToken);
        return found.Length > 0 ? [.. found.Select(AddressKinds.Plain)] : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <exception cref="EgressRefusedException">It may not be called.</exception>
    private void Judge(string host, int port, IPAddress address, bool isHttp, EgressRule[] named)
    {
        var kind = AddressKinds.Of(address);
        var entry = HostName.With(host, port);
        var isNamed = Covers(named, host, port, address);
        string? refusal = null;
        if (kind is AddressKind.Forbidden)
            refusal = $"'{host}' is {AddressKinds.Describe(kind)}.";
        else if (kind is not AddressKind.Public && !isNamed && !Covers(_allowed, host, port, address))
            refusal = $"'{host}' is {AddressKinds.Describe(kind)}. An operator allows it by the entry '{entry}' in {EgressOptions.Section}:{nameof(EgressOptions.Allow)}.";
        else if (isHttp && !isNamed && !Covers(_allowedHttp, host, port, address))
            refusal = $"'{host}' is called by http; only https is allowed. An operator allows it by the entry '{entry}' in {EgressOptions.Section}:{nameof(EgressOptions.AllowHttp)}.";
        if (refusal is null)
            return;

        Log.Refused(_logger, host, port, address, kind);
        throw new EgressRefusedException(refusal);
    }

    /// <summary>The first address that answers, in the order in which the look-up prefers them.</summary>
    private async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var isLast = i == addresses.Length - 1;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (!isLast)
                share.CancelAfter(_options.ConnectTimeout / addresses.Length);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), share.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                if (isLast || cancellationToken.IsCancellationRequested)
                    throw;
            }
        }
    }

    private static bool Covers(EgressRule[] rules, string host, int port, IPAddress address) =>
        Array.Exists(rules, rule => rule.Covers(host, port, address));

    private static EgressRule[] Rules(IEnumerable<string> entries) => [.. entries.Select(entry => EgressRule.Parse(entry).Rule).OfType<EgressRule>()];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Refused to connect to {Host}:{Port} at {Address} ({Kind}).")]
        public static partial void Refused(ILogger logger, string host, int port, System.Net.IPAddress address, AddressKind kind);
    }
}
