using System.Globalization;
using System.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Pao.DurableTask.Grpc;

/// <summary>What every call says about itself: which hub it means, and who calls.</summary>
internal sealed class HubMetadata(string taskHub) : Interceptor
{
    private static readonly string Agent =
        $"pao-durabletask/{Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)} ({Environment.OSVersion.Platform})";

    private readonly string _worker =
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName},{Environment.ProcessId},{Guid.NewGuid():N}");

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithMetadata(context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithMetadata(context));

    private ClientInterceptorContext<TRequest, TResponse> WithMetadata<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class =>
        new(context.Method, context.Host, context.Options.WithHeaders(new Metadata
        {
            { "taskhub", taskHub },
            { "workerid", _worker },
            { "x-user-agent", Agent },
        }));
}
