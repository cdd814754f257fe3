using System.Data.Common;
using Grpc.Core;
using Microsoft.AspNetCore.Diagnostics;

namespace Pao.Api.Problems;

/// <summary>The seam where an exception becomes an answer. Clients learn what to do, never what an exception said.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Classify(httpContext, exception);
        if (problem.Problem.Status == StatusCodes.Status500InternalServerError)
            Log.Unexpected(logger, httpContext.Request.Method, httpContext.Request.Path, exception);
        else if (problem.Problem == Problem.StoreUnavailable)
            Log.StoreUnavailable(logger, exception.Message);

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemResult Classify(HttpContext context, Exception exception) => exception switch
    {
        BadHttpRequestException bad => new(Problem.OfStatus(bad.StatusCode), bad.Message),
        OperationCanceledException when context.RequestAborted.IsCancellationRequested => new(Problem.HttpMalformed),
        _ when IsStoreUnavailable(exception) => new(
            Problem.StoreUnavailable, "Nothing of this call is known to be stored. Send it again, with the same Idempotency-Key if it had one."),
        _ => new(Problem.Unexpected, "The log has the cause; search it for the correlation id."),
    };

    // What a statement says about our data (a constraint, a type) is a defect here; all else is about reaching the database.
    private static bool IsStoreUnavailable(Exception exception) => exception switch
    {
        DbException { SqlState: ['2' or '4', '2' or '3', ..] } => false,
        DbException or TimeoutException => true,
        RpcException { StatusCode: StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded } => true,
        _ => false,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed.")]
        public static partial void Unexpected(ILogger logger, string method, string path, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Answered 503, the store cannot be reached: {Reason}")]
        public static partial void StoreUnavailable(ILogger logger, string reason);
    }
}
