using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Pao.Api.Problems;

namespace Pao.Api.Hosting;

/// <summary>
/// Lets in as many calls as the process works on well, and a queue of them behind; the rest is told at once to come back.
/// Without it, more calls than it can do make each of them slow, until all are done for callers that have gone.
/// </summary>
internal sealed class CallGate(IOptions<LimitOptions> options, TimeProvider time) : IMiddleware, IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.EffectiveCalls,
        QueueLimit = options.Value.WaitingCalls,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OutsideCallGate>() is not null)
        {
            await next(context);
            return;
        }

        using var place = await EnterAsync(context.RequestAborted);
        if (place is not { IsAcquired: true })
        {
            await new ProblemResult(Problem.Busy, "More calls come than this service can do. Send it again after a while.").ExecuteAsync(context);
            return;
        }

        context.Features.Set(new CallPlace(place));
        await next(context);
    }

    public void Dispose() => _limiter.Dispose();

    private async Task<RateLimitLease?> EnterAsync(CancellationToken cancellationToken)
    {
        var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired)
            return lease;

        using var patience = new CancellationTokenSource(options.Value.LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _limiter.AcquireAsync(cancellationToken: either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>What a call holds while it is worked on.</summary>
internal sealed record CallPlace(RateLimitLease Lease)
{
    /// <summary>Gives the place to another call; one that only waits from here on needs none.</summary>
    public static void Leave(HttpContext context) => context.Features.Get<CallPlace>()?.Lease.Dispose();
}

/// <summary>An endpoint that answers also when too many calls come, such as a probe.</summary>
internal sealed record OutsideCallGate;
