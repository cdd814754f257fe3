using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Pao.DurableTask.Protocol;
using CallRetryPolicy = Grpc.Net.Client.Configuration.RetryPolicy;

namespace Pao.DurableTask.Grpc;

/// <summary>The connection to a hub in another process.</summary>
internal static class TaskHubChannel
{
    /// <summary>Calls that only ask: asking again does no harm. Others are repeated by those who know what they did.</summary>
    private static readonly string[] Reads =
    [
        "Hello", "GetInstance", "WaitForInstanceStart", "WaitForInstanceCompletion", "QueryInstances", "ListInstanceIds",
    ];

    public static GrpcChannel Open(TaskHubConnection connection, TimeProvider time)
    {
        var options = new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                // A dead connection is noticed although nothing is being sent on it, and never shared by too many calls.
                KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                EnableMultipleHttp2Connections = true,
                ConnectTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
                UseProxy = connection.Endpoint.Scheme == Uri.UriSchemeHttps && !connection.Endpoint.IsLoopback,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            MaxReconnectBackoff = TimeSpan.FromSeconds(15),
            ThrowOperationCanceledOnCancellation = true,
            ServiceConfig = new ServiceConfig { MethodConfigs = { ReadAgain() } },
            MaxRetryAttempts = 10,
        };

        if (BearerTokens.Of(connection, time) is { } tokens)
        {
            var calls = CallCredentials.FromInterceptor(async (context, metadata) =>
                metadata.Add("authorization", "Bearer " + await tokens.GetAsync(context.CancellationToken)));
            var isTls = connection.Endpoint.Scheme == Uri.UriSchemeHttps;
            options.Credentials = ChannelCredentials.Create(isTls ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, calls);
            options.UnsafeUseInsecureChannelCallCredentials = !isTls; // to this machine only, as the connection checks
        }

        return GrpcChannel.ForAddress(connection.Endpoint, options);
    }

    private static MethodConfig ReadAgain()
    {
        var config = new MethodConfig
        {
            RetryPolicy = new CallRetryPolicy
            {
                MaxAttempts = 10,
                InitialBackoff = TimeSpan.FromMilliseconds(50),
                MaxBackoff = TimeSpan.FromMilliseconds(250),
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var name in Reads)
            config.Names.Add(new MethodName { Service = nameof(TaskHubSidecarService), Method = name });
        return config;
    }
}
