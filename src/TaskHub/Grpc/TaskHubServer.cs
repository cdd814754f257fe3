using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pao.TaskHub.Grpc;

/// <summary>
/// Serves the hubs by gRPC on a port of its own: what the service's other port asks of its callers (sizes, times, paths,
/// keys) is wrong for streams that live for days.
/// </summary>
public sealed partial class TaskHubServer : IHostedLifecycleService
{
    private readonly IReadOnlyList<ServedHub> _hubs;
    private readonly TaskHubServerOptions _options;
    private readonly ILoggerFactory _loggers;
    private WebApplication? _app;

    internal TaskHubServer(IReadOnlyList<ServedHub> hubs, IOptions<TaskHubServerOptions> options, ILoggerFactory loggers) =>
        (_hubs, _options, _loggers) = (hubs, options.Value, loggers);

    /// <summary>Where it listens, with the ports that were taken.</summary>
    public IReadOnlyList<Uri> Addresses =>
        _app?.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Select(address => new Uri(address)).ToList() ?? [];

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Listens once the hubs have started.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var hub in _hubs.Skip(1))
            hub.Hub.Start();

        _app = Build();
        await _app.StartAsync(cancellationToken);
        var log = _loggers.CreateLogger<TaskHubServer>();
        foreach (var address in Addresses)
            Log.Listening(log, string.Join(", ", _hubs.Select(hub => hub.Name)), address);
    }

    /// <summary>Ends the streams, which gives their work back, before anything else of the process stops.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
            await _app.StopAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var hub in _hubs.Skip(1))
        {
            hub.Hub.Stop();
            hub.Hub.Node.Store.Dispose();
        }

        if (_app is not null)
            await _app.DisposeAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(_loggers);
        builder.Services.AddSingleton(new Callers(_hubs));
        builder.Services.AddSingleton(new TokenBinding());
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = _options.MaxMessageBytes;
            grpc.MaxSendMessageSize = null;
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        builder.WebHost.UseKestrelHttpsConfiguration();

        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<TaskHubGrpcService>();
        return app;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // gRPC bounds each message
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        // A worker waits for work on one stream and completes up to its limits on others.
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;

        foreach (var address in _options.Urls.Split(';').Select(ListenAddress.Parse).OfType<ListenAddress>())
            kestrel.Listen(address.Address, address.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (address.IsTls)
                    listen.UseHttps(Certificate());
            });
    }

    private X509Certificate2 Certificate() =>
        X509Certificate2.CreateFromPemFile(_options.CertificatePath ?? "", _options.CertificateKeyPath);

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "Serving the task hub {Names} to other processes on {Address}.")]
        public static partial void Listening(ILogger logger, string names, Uri address);
    }
}
