using Grpc.Core;
using Grpc.Core.Interceptors;
using Pao.DurableTask.Grpc;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Tests.Grpc;

public sealed class HubMetadataTests
{
    [Fact]
    public void Every_call_names_the_hub_and_who_calls()
    {
        var calls = new RecordedCalls();
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(calls.Intercept(new HubMetadata("my-hub")));

        _ = client.StartInstanceAsync(new CreateInstanceRequest(), cancellationToken: TestContext.Current.CancellationToken);
        _ = client.GetWorkItems(new GetWorkItemsRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, calls.Headers.Count);
        Assert.All(calls.Headers, headers => Assert.Equal("my-hub", headers.GetValue("taskhub")));
        Assert.All(calls.Headers, headers => Assert.StartsWith("pao-durabletask/", headers.GetValue("x-user-agent"), StringComparison.Ordinal));
        var worker = Assert.Single(calls.Headers.Select(headers => headers.GetValue("workerid")).Distinct());
        Assert.StartsWith($"{Environment.MachineName},{Environment.ProcessId},", worker, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_connections_of_one_process_are_two_workers()
    {
        var calls = new RecordedCalls();
        foreach (var _ in Enumerable.Range(0, 2))
            new TaskHubSidecarService.TaskHubSidecarServiceClient(calls.Intercept(new HubMetadata("h")))
                .GetWorkItems(new GetWorkItemsRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, calls.Headers.Select(headers => headers.GetValue("workerid")).Distinct().Count());
    }

    /// <summary>Keeps what would be sent, and answers nothing.</summary>
    private sealed class RecordedCalls : CallInvoker
    {
        public List<Metadata> Headers { get; } = [];

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Headers.Add(options.Headers ?? []);
            return new(new TaskCompletionSource<TResponse>().Task, Task.FromResult<Metadata>([]), () => Status.DefaultSuccess, () => [], () => { });
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            Headers.Add(options.Headers ?? []);
            return new(new NoAnswers<TResponse>(), Task.FromResult<Metadata>([]), () => Status.DefaultSuccess, () => [], () => { });
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        private sealed class NoAnswers<T> : IAsyncStreamReader<T>
        {
            public T Current => throw new InvalidOperationException("There is none.");

            public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(false);
        }
    }
}
