using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace Pao.Api.Access.Sts;

/// <summary>Who has signed a token. AWS is asked once a minute about each, by one call however many wait, and by few at once.</summary>
internal sealed class StsIdentities(StsClient sts, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    private const int MostKept = 10_000;
    private const int MostCalls = 8;
    private const int MostWaiting = 64;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RefusalKept = TimeSpan.FromSeconds(10);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly ConcurrentDictionary<string, Lazy<Task<StsAnswer>>> _asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _calls = new(MostCalls);

    public Task<StsAnswer> FindAsync(StsToken token, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue<Reading>(token.Hash, out var reading) && reading is not null && time.GetUtcNow() < reading.GoodUntil)
            return Task.FromResult(reading.Answer);
        if (_asked.Count >= MostCalls + MostWaiting && !_asked.ContainsKey(token.Hash))
            return Task.FromResult<StsAnswer>(new StsAnswer.Unavailable("As many tokens are being checked as may be at once."));

        // It does not end with the caller that happened to begin it.
        var asked = _asked.GetOrAdd(token.Hash, _ => new Lazy<Task<StsAnswer>>(() => AskAsync(token)));
        return asked.Value.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _answers.Dispose();
        _calls.Dispose();
    }

    private async Task<StsAnswer> AskAsync(StsToken token)
    {
        try
        {
            await _calls.WaitAsync(lifetime.ApplicationStopping);
            try
            {
                var answer = await sts.AskAsync(token, lifetime.ApplicationStopping);
                Keep(token, answer);
                return answer;
            }
            finally
            {
                _calls.Release();
            }
        }
        finally
        {
            _asked.TryRemove(token.Hash, out _);
        }
    }

    private void Keep(StsToken token, StsAnswer answer)
    {
        if (answer is StsAnswer.Unavailable)
            return;
        var end = time.GetUtcNow() + (answer is StsAnswer.Identity ? Kept : RefusalKept);
        var reading = new Reading(answer, end < token.GoodUntil ? end : token.GoodUntil);
        _answers.Set(token.Hash, reading, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Kept });
    }

    private sealed record Reading(StsAnswer Answer, DateTimeOffset GoodUntil);
}
