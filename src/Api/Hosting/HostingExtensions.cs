using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Requests;
using Pao.Api.Telemetry.Logs;

namespace Pao.Api.Hosting;

internal static class HostingExtensions
{
    // A call has its place among those that are worked on while its body comes.
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>The server's limits, and logging that never holds up a request.</summary>
    public static void AddHosting(this WebApplicationBuilder builder)
    {
        builder.AddQueuedLogs();
        builder.Services.AddOptionsWithValidateOnStart<LimitOptions, LimitOptionsValidator>().BindConfiguration(LimitOptions.Section);
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<LimitOptions>>((host, limits) => host.ShutdownTimeout = limits.Value.StopTime);
        builder.Services.AddSingleton<CallGate>();
        builder.Services.AddSingleton<IConnectionListenerFactory, BoundedTransport>(); // of several, the one added last is asked first
        builder.WebHost.ConfigureKestrel((context, kestrel) => Limit(kestrel, context.Configuration));
        builder.Services.AddRequestTimeouts(timeouts =>
            timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromSeconds(30), TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable });
    }

    /// <summary>
    /// Runs until it is told to stop. A part that failed ends the process too; whoever supervises it learns of that by the exit
    /// code, which would be 0 for both.
    /// </summary>
    public static async Task<int> RunToTheEndAsync(this WebApplication app)
    {
        List<BackgroundService> services = [];
        var stopping = app.Lifetime.ApplicationStopping; // read now: when it ends, the services are gone
        app.Lifetime.ApplicationStarted.Register(() => services.AddRange(app.Services.GetServices<IHostedService>().OfType<BackgroundService>()));
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0; // told to stop while it started
        }

        return services.Any(service => service.ExecuteTask?.IsFaulted is true) ? 1 : 0;
    }

    private static void Limit(KestrelServerOptions kestrel, IConfiguration configuration)
    {
        var access = configuration.GetSection(AccessOptions.Section).Get<AccessOptions>() ?? new AccessOptions();
        kestrel.ConfigureEndpointDefaults(listen => LoopbackGuard.Check(listen.IPEndPoint, access.AllowNonLoopback));
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = JsonBody.MaxBytes;
        kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 60;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
    }
}
