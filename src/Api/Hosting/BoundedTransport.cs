using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Pao.Api.Hosting;

/// <summary>
/// Takes a connection only when there is a place for it; others wait in the system's queue. Kestrel's own limit closes those
/// that are too many after it has taken them: enough at a time use up the files of the process, and a runtime that can open
/// none when it needs a thread ends the process.
/// </summary>
internal sealed class BoundedTransport(IOptions<SocketTransportOptions> sockets, IOptions<LimitOptions> limits, ILoggerFactory loggers)
    : IConnectionListenerFactory, IDisposable
{
    private readonly SocketTransportFactory _sockets = new(sockets, loggers);
    private readonly SemaphoreSlim _places = new(limits.Value.EffectiveConnections ?? int.MaxValue);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), _places);

    public void Dispose() => _places.Dispose();

    private sealed class Listener(IConnectionListener inner, SemaphoreSlim places) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, cancellationToken);
            try
            {
                await places.WaitAsync(over.Token);
            }
            catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
            {
                return null; // as the sockets' listener says that it takes no more
            }

            var connection = await inner.AcceptAsync(cancellationToken);
            if (connection is null)
                places.Release();
            else
                connection.ConnectionClosed.Register(static places => ((SemaphoreSlim?)places)?.Release(), places);
            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
