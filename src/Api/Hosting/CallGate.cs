using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Problems;

namespace Pao.Api.Hosting;

/// <summary>
/// Lets in as many calls as the process works on well, and a queue of them behind; the rest is told at once to come back.
/// Without it, more calls than it can do make each of them slow, until all are done for callers that have gone. Callers that need
/// not show who they are have a quarter of the places among them: by sending slowly they keep out each other, and nobody else.
/// </summary>
internal sealed class CallGate(IOptions<LimitOptions> options, TimeProvider time) : IMiddleware, IDisposable
{
    private readonly ConcurrencyLimiter _all = Places(options.Value.EffectiveCalls, options.Value.WaitingCalls);
    private readonly ConcurrencyLimiter _open = Places(Math.Max(1, options.Value.EffectiveCalls / 4), options.Value.WaitingCalls);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        if (endpoint?.GetMetadata<OutsideCallGate>() is not null)
        {
            await next(context);
            return;
        }

        var isOpen = endpoint?.GetMetadata<OpenEndpoint>() is not null;
        using var amongOpen = isOpen ? await EnterAsync(_open, context.RequestAborted) : null;
        using var place = isOpen && amongOpen is not { IsAcquired: true } ? null : await EnterAsync(_all, context.RequestAborted);
        if (place is not { IsAcquired: true })
        {
            await new ProblemResult(Problem.Busy, "More calls come than this service can do. Send it again after a while.").ExecuteAsync(context);
            return;
        }

        context.Features.Set(new CallPlace(place));
        await next(context);
    }

    public void Dispose()
    {
        _all.Dispose();
        _open.Dispose();
    }

    private static ConcurrencyLimiter Places(int count, int waiting) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = count,
        QueueLimit = waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private async Task<RateLimitLease?> EnterAsync(ConcurrencyLimiter places, CancellationToken cancellationToken)
    {
        var lease = places.AttemptAcquire();
        if (lease.IsAcquired)
            return lease;

        using var patience = new CancellationTokenSource(options.Value.LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await places.AcquireAsync(cancellationToken: either.Token);
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
