using System.Collections.Concurrent;

namespace Pao.Sandbox.Git;

/// <summary>How many calls each token has left until its window ends.</summary>
internal sealed class RateLimits
{
    private const int DefaultLimit = 5000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Window> _windows = new();

    /// <summary>Sets what a token has left, and when it gets all back.</summary>
    public void Set(string token, LimitOrder order, DateTimeOffset now) => _windows[token] = new Window(
        order.Limit ?? DefaultLimit, order.Remaining ?? DefaultLimit, now + TimeSpan.FromSeconds(order.ResetAfter ?? Window.TotalSeconds),
        order.SecondaryCalls ?? 0, order.RetryAfter ?? 1);

    /// <summary>Counts a call.</summary>
    public Allowance Take(string token, DateTimeOffset now)
    {
        var allowance = default(Allowance);
        _windows.AddOrUpdate(token, _ => Take(Fresh(now)), (_, window) => Take(window.Reset <= now ? Fresh(now) : window));
        return allowance;

        Window Take(Window window)
        {
            var secondary = window.SecondaryCalls > 0;
            var allowed = !secondary && window.Remaining > 0;
            var after = window with
            {
                Remaining = allowed ? window.Remaining - 1 : window.Remaining,
                SecondaryCalls = Math.Max(0, window.SecondaryCalls - 1),
            };
            allowance = new Allowance(allowed, secondary ? window.RetryAfter : null, after.Limit, after.Remaining, after.Reset);
            return after;
        }
    }

    /// <summary>Gives a call back, which did not count after all.</summary>
    public Allowance Return(string token, Allowance taken)
    {
        _windows.AddOrUpdate(token, _ => throw new InvalidOperationException("Nothing was taken."), (_, window) => window with { Remaining = window.Remaining + 1 });
        return taken with { Remaining = taken.Remaining + 1 };
    }

    private static Window Fresh(DateTimeOffset now) => new(DefaultLimit, DefaultLimit, now + Window, 0, 1);
}

/// <summary>What a test wants of a token's limits.</summary>
/// <param name="ResetAfter">Seconds.</param>
/// <param name="SecondaryCalls">So many calls meet the secondary limit.</param>
/// <param name="RetryAfter">Seconds that the secondary limit asks to wait.</param>
internal sealed record LimitOrder(string Token, int? Limit, int? Remaining, double? ResetAfter, int? SecondaryCalls, int? RetryAfter);

internal sealed record Window(int Limit, int Remaining, DateTimeOffset Reset, int SecondaryCalls, int RetryAfter);

/// <param name="RetryAfter">Seconds; null where the call met no secondary limit.</param>
internal readonly record struct Allowance(bool Allowed, int? RetryAfter, int Limit, int Remaining, DateTimeOffset Reset);
