using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Auditing;
using Pao.Api.Problems;

namespace Pao.Api.Limits;

/// <summary>How fast, and how many at once: token buckets for each address and each principal, and what is held while a call lasts.</summary>
internal sealed class CallLimits(IOptions<CallerLimitOptions> options, CallerAddress addresses) : IConfigureOptions<RateLimiterOptions>
{
    /// <summary>For endpoints whose calls can wait: a call holds a place among those of its principal.</summary>
    public const string Waiting = "waiting";

    /// <summary>For endpoints that judge what is sent.</summary>
    public const string Validation = "validation";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly CallerLimitOptions _limits = options.Value;

    public void Configure(RateLimiterOptions limiter)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, int>(context => ByAddress(context, _limits.PerAddress)),
            PartitionedRateLimiter.Create<HttpContext, string>(ByPrincipal));
        limiter.AddPolicy(Waiting, context => Held(context, Waits(context.Request) ? _limits.WaitingCalls : 0));
        limiter.AddPolicy(Validation, context => Held(context, _limits.Validations));
        limiter.OnRejected = (refused, _) => new ValueTask(Answer(refused.HttpContext, refused.Lease).ExecuteAsync(refused.HttpContext));
    }

    /// <summary>
    /// Refuses an address that failed too often to show who it is, before anything of the call is looked at. Where nobody needs to
    /// show who it is, it refuses only who tries to, and never a webhook: those are proven in their own ways and sent for many from one address.
    /// </summary>
    public void UseFailureLimit(WebApplication app)
    {
        var failures = PartitionedRateLimiter.Create<HttpContext, int>(context => ByAddress(context, _limits.FailuresPerAddress));
        app.Lifetime.ApplicationStopped.Register(failures.Dispose);
        app.Use(async (context, next) =>
        {
            var open = context.GetEndpoint()?.Metadata.GetMetadata<OpenEndpoint>();
            var mayShow = open is null || (!open.HasOwnProof && AccessExtensions.ShowsCredentials(context.Request));

            // Whole ones: a bucket that is used up has parts of its next token.
            if (mayShow && failures.GetStatistics(context) is { CurrentAvailablePermits: < 1 })
            {
                using var left = failures.AttemptAcquire(context, permitCount: 1);
                if (!left.IsAcquired)
                {
                    await Refused(left, "This address failed too often to show who calls.").ExecuteAsync(context);
                    return;
                }
            }

            try
            {
                await next(context);
            }
            finally
            {
                if (RefusalNotes.IsExplained(context) || (open is null && context.Response.StatusCode == StatusCodes.Status401Unauthorized))
                    failures.AttemptAcquire(context, permitCount: 1).Dispose();
            }
        });
    }

    private RateLimitPartition<int> ByAddress(HttpContext context, Rate rate) => addresses.SlotOf(context) is { } slot && rate.Calls > 0
        ? RateLimitPartition.GetTokenBucketLimiter(slot, _ => Bucket(rate))
        : RateLimitPartition.GetNoLimiter(int.MinValue);

    private RateLimitPartition<string> ByPrincipal(HttpContext context) => Limited(context) is { } principal && _limits.PerPrincipal.Calls > 0
        ? RateLimitPartition.GetTokenBucketLimiter(principal, _ => Bucket(_limits.PerPrincipal))
        : RateLimitPartition.GetNoLimiter("");

    private RateLimitPartition<string> Held(HttpContext context, int most) => Limited(context) is { } principal && most > 0
        ? RateLimitPartition.GetConcurrencyLimiter(principal, _ => new ConcurrencyLimiterOptions { PermitLimit = most })
        : RateLimitPartition.GetNoLimiter("");

    /// <returns>Whose limits hold; null when none do.</returns>
    private string? Limited(HttpContext context) =>
        context.User.Identity is PrincipalIdentity { Principal: var principal } && _limits.IsLimited(principal) ? principal.Id : null;

    private static TokenBucketRateLimiterOptions Bucket(Rate rate) => new()
    {
        TokensPerPeriod = rate.Calls,
        ReplenishmentPeriod = rate.Period,
        TokenLimit = rate.Burst,
    };

    private static bool Waits(HttpRequest request) =>
        request.Query.ContainsKey("wait") || request.Headers.Accept.Any(accept => accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) is true);

    private ProblemResult Answer(HttpContext context, RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out _)
            ? Refused(lease, "Call less often; of each principal and of each address so many calls are taken in a time.")
            : context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Validation
                ? new(Problem.ValidationQuota, $"{_limits.Validations} at once are taken.") { RetryAfter = Soon }
                : new(Problem.WaitingQuota, $"{_limits.WaitingCalls} calls that wait are taken at once.") { RetryAfter = Soon };

    private static ProblemResult Refused(RateLimitLease lease, string detail) => new(Problem.RateExceeded, detail)
    {
        RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) && after > Soon ? after : Soon,
    };
}
