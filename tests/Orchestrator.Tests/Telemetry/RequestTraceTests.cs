using System.Diagnostics;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Tests.Requests;

namespace Pao.Orchestrator.Tests.Telemetry;

public sealed class PostgresRequestTraceTests : RequestTraceTests<PostgresTestDatabase>;

public sealed class SqliteRequestTraceTests : RequestTraceTests<SqliteTestDatabase>;

/// <summary>The trace of a request outlives the process that took it.</summary>
public abstract class RequestTraceTests<TDatabase> : StoreConformance<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly ActivityContext Caller = new(
        ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "vendor=a b");

    [Fact]
    public async Task Who_starts_an_unstarted_request_is_told_the_span_that_it_was_accepted_under()
    {
        await Store.SubmitAsync(Submission() with { Trace = Caller }, Cancellation);
        await Store.SubmitAsync(Submission(), Cancellation);

        var inputs = await Unstarted.FindAsync(DateTimeOffset.MaxValue, 10, Cancellation);

        Assert.Equal(
            [(Caller.TraceId, Caller.SpanId, Caller.TraceFlags, Caller.TraceState), null],
            inputs.Select(input => input.Trace is { } trace
                ? (trace.TraceId, trace.SpanId, trace.TraceFlags, trace.TraceState)
                : default((ActivityTraceId, ActivitySpanId, ActivityTraceFlags, string?)?)));
    }

    [Fact]
    public void What_a_caller_adds_of_its_own_is_kept_up_to_a_length()
    {
        var longer = new ActivityContext(Caller.TraceId, Caller.SpanId, ActivityTraceFlags.None, new string('x', 600));

        Assert.Equal($"00-{Caller.TraceId}-{Caller.SpanId}-00", RequestTrace.Of(longer));
        Assert.Null(RequestTrace.Of(null));
        Assert.Null(RequestTrace.Of(default(ActivityContext)));
        Assert.Null(RequestTrace.Read("nonsense"));
    }
}
