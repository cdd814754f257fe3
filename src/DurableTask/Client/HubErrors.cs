using Grpc.Core;

namespace Pao.DurableTask.Client;

/// <summary>The hub's status codes as the exceptions that callers of this API expect; others stay what they are.</summary>
internal static class HubErrors
{
    public static async Task<T> MapAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (RpcException e) when (Translate(e, cancellation) is { } translated)
        {
            throw translated;
        }
    }

    public static async Task MapAsync(Func<Task> call, CancellationToken cancellation)
    {
        try
        {
            await call();
        }
        catch (RpcException e) when (Translate(e, cancellation) is { } translated)
        {
            throw translated;
        }
    }

    private static Exception? Translate(RpcException e, CancellationToken cancellation) => e.StatusCode switch
    {
        StatusCode.AlreadyExists => new OrchestrationAlreadyExistsException(e.Status.Detail, e),
        StatusCode.NotFound or StatusCode.InvalidArgument => new ArgumentException(e.Status.Detail, e),
        StatusCode.FailedPrecondition => new InvalidOperationException(e.Status.Detail, e),
        StatusCode.Unimplemented => new NotImplementedException(e.Status.Detail, e),
        StatusCode.Cancelled => new OperationCanceledException(e.Status.Detail, e, cancellation),
        _ => null,
    };
}
