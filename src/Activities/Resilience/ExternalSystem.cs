using System.Net;
using Polly;
using Polly.CircuitBreaker;

namespace Pao.Activities.Resilience;

/// <summary>One external system: its breaker, its gate, and how many calls it is given at once.</summary>
internal sealed class ExternalSystem : IDisposable
{
    private const int WavesOfConcurrency = 4;

    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly SystemGate _gate;
    private readonly SemaphoreSlim _permits;
    private readonly TimeProvider _clock;
    private readonly int _limit;
    private int _waiting;
    private int _inFlight;

    public ExternalSystem(string name, int limit, ResilienceOptions options, TimeProvider clock)
    {
        (Name, _limit, _clock) = (name, limit, clock);
        _permits = new SemaphoreSlim(limit);
        _gate = new SystemGate(name, new GateSettings(options.WaveInterval, limit * WavesOfConcurrency), clock);
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddCircuitBreaker(Breaker(options))
            .Build();
        LastUsed = clock.GetUtcNow();
    }

    public string Name { get; }

    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>Whether nothing is lost when it is forgotten.</summary>
    public bool IsIdle => _breaker.CircuitState is CircuitState.Closed && _inFlight is 0 && _waiting is 0;

    public Admission Enter(string key)
    {
        LastUsed = _clock.GetUtcNow();
        return _gate.Enter(key, hasRoom: Volatile.Read(ref _waiting) < _limit);
    }

    public SystemStanding Look() => new(Name, State, _gate.Since, _gate.LastError, Volatile.Read(ref _inFlight), _gate.CountParked());

    /// <summary>Makes a call when the breaker and the number of calls under way allow it.</summary>
    /// <exception cref="SystemUnavailableException">They do not, or it was the test of the system, and failed.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        LastUsed = _clock.GetUtcNow();
        await EnterAsync(cancellationToken);
        var isTest = false;
        try
        {
            var response = await _pipeline.ExecuteAsync(
                async token =>
                {
                    isTest = _breaker.CircuitState is CircuitState.HalfOpen;
                    return await send(token);
                },
                cancellationToken);
            if (!isTest || ErrorOf(response.StatusCode) is null)
                return response;

            response.Dispose();
            throw StillAway(inner: null);
        }
        catch (BrokenCircuitException open)
        {
            var wait = open.RetryAfter ?? TimeSpan.Zero;
            throw new SystemUnavailableException(Parked(ParkedReason.Unavailable, wait), wasSent: false);
        }
        catch (Exception failure) when (isTest && ErrorOf(failure) is not null)
        {
            // It costs the action that happened to be the test none of its tries.
            throw StillAway(failure);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            _permits.Release();
        }
    }

    public void Dispose() => _permits.Dispose();

    private BreakerState State => _breaker.CircuitState switch
    {
        CircuitState.Closed => BreakerState.Closed,
        CircuitState.HalfOpen => BreakerState.HalfOpen,
        _ => BreakerState.Open,
    };

    // Not Polly's limiter: who waits there too long cannot be told from who was called too long.
    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _permits.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException late)
        {
            throw new SystemUnavailableException(Parked(ParkedReason.Busy, TimeSpan.FromSeconds(1)), wasSent: false, late);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        Interlocked.Increment(ref _inFlight);
    }

    private CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker(ResilienceOptions options) => new()
    {
        FailureRatio = options.FailureRatio,
        MinimumThroughput = options.FewestCalls,
        SamplingDuration = options.SamplingTime,
        BreakDurationGenerator = arguments => ValueTask.FromResult(
            Shorter(options.FirstBreak * Math.Pow(2, Math.Min(arguments.HalfOpenAttempts, 30)), options.LongestBreak)),
        ShouldHandle = arguments => ValueTask.FromResult(Note(arguments.Outcome)),
        StateProvider = _breaker,
        OnOpened = arguments =>
        {
            _gate.Open(arguments.BreakDuration);
            return default;
        },
        OnClosed = _ =>
        {
            _gate.Close();
            return default;
        },
    };

    /// <returns>Whether the system failed, not only the call.</returns>
    private bool Note(Outcome<HttpResponseMessage> outcome)
    {
        var error = outcome.Result is { } response ? ErrorOf(response.StatusCode) : ErrorOf(outcome.Exception);
        if (error is not null)
            _gate.LastError = error;
        return error is not null;
    }

    // 429 is the answer of a system that is well, and says when it wants to be asked again.
    private static string? ErrorOf(HttpStatusCode status) =>
        (int)status is 408 or >= 500 ? $"{(int)status}" : null;

    private static string? ErrorOf(Exception? failure) => failure switch
    {
        OperationCanceledException => "timeout",
        Egress.EgressRefusedException or SystemUnavailableException => null,
        AnswerTooLargeException { StatusCode: { } status } => ErrorOf(status),
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => $"{error}",
        HttpRequestException or IOException => "connection",
        _ => null,
    };

    private SystemUnavailableException StillAway(Exception? inner) =>
        new(Parked(ParkedReason.Unavailable, TimeSpan.Zero), wasSent: true, inner);

    private Admission.Parked Parked(ParkedReason reason, TimeSpan wait)
    {
        DateTimeOffset? since = reason is ParkedReason.Busy ? null : _gate.Since;
        var atLeast = wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
        return new Admission.Parked(Name, reason, since, _gate.LastError, _clock.GetUtcNow() + atLeast, atLeast);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
