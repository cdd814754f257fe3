using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Access.Signatures;
using Pao.Api.Access.Sts;
using Pao.Api.Problems;

namespace Pao.Api.Hosting;

/// <summary>
/// Lets in as many calls as the process works on well, and a queue of them behind; the rest is told at once to come back.
/// Without it, more calls than it can do make each of them slow, until all are done for callers that have gone. A quarter
/// of the places is for calls that take long before their sender is known: those of open endpoints, signatures that do not state
/// the hash of the body, and tokens that AWS is asked about. Such callers keep out each other, and nobody else.
/// </summary>
internal sealed class CallGate(IOptions<LimitOptions> options, TimeProvider time) : IMiddleware, IDisposable
{
    private readonly ConcurrencyLimiter _all = Places(options.Value.EffectiveCalls, options.Value.WaitingCalls);
    private readonly ConcurrencyLimiter _unproven = Places(Math.Max(1, options.Value.EffectiveCalls / 4), options.Value.WaitingCalls / 4);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        if (endpoint?.GetMetadata<OutsideCallGate>() is not null && !SignatureReader.CanHaveBody(context.Request))
        {
            await next(context);
            return;
        }

        var isOpen = endpoint?.GetMetadata<OpenEndpoint>() is not null;
        var isUnproven = isOpen || SignatureReader.NeedsBody(context.Request) || StsHandler.IsShown(context.Request);
        var since = time.GetTimestamp();
        using var amongUnproven = isUnproven ? await EnterAsync(_unproven, since, context.RequestAborted) : null;
        using var place = isUnproven && amongUnproven is not { IsAcquired: true } ? null : await EnterAsync(_all, since, context.RequestAborted);
        if (place is not { IsAcquired: true })
        {
            await new ProblemResult(Problem.Busy, "More calls come than this service can do. Send it again after a while.").ExecuteAsync(context);
            return;
        }

        context.Features.Set(new CallPlace(place, isOpen ? null : amongUnproven));
        await next(context);
    }

    public void Dispose()
    {
        _all.Dispose();
        _unproven.Dispose();
    }

    private static ConcurrencyLimiter Places(int count, int waiting) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = count,
        QueueLimit = waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private async Task<RateLimitLease?> EnterAsync(ConcurrencyLimiter places, long since, CancellationToken cancellationToken)
    {
        var lease = places.AttemptAcquire();
        if (lease.IsAcquired)
            return lease;

        var left = options.Value.LongestWait - time.GetElapsedTime(since);
        using var patience = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
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
/// <param name="Lease">Its place among all calls.</param>
/// <param name="Unproven">Its place among those that have not shown yet who makes them.</param>
internal sealed record CallPlace(RateLimitLease Lease, RateLimitLease? Unproven)
{
    /// <summary>Says that whoever calls is known.</summary>
    public static void Prove(HttpContext context) => context.Features.Get<CallPlace>()?.Unproven?.Dispose();

    /// <summary>Gives the place to another call; one that only waits from here on needs none.</summary>
    public static void Leave(HttpContext context) => context.Features.Get<CallPlace>()?.Lease.Dispose();
}

/// <summary>An endpoint that answers also when too many calls come, such as a probe: calls without a body, that is.</summary>
internal sealed record OutsideCallGate;
