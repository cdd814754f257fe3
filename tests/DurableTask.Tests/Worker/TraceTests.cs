using System.Diagnostics;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask.Tests.Worker;

public class TraceTests
{
    [Fact]
    public void An_activitys_span_belongs_to_the_trace_that_started_the_orchestration()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Pao.DurableTask",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        var parent = Traces.From(caller);
        caller.Stop();

        using var span = Traces.StartRun(new ActivityRequest
        {
            Name = "Greet",
            TaskId = 3,
            ParentTraceContext = parent,
            OrchestrationInstance = new() { InstanceId = "i" },
        });

        Assert.Equal(caller.TraceId, span?.TraceId);
        Assert.Equal(caller.SpanId, span?.ParentSpanId);
        Assert.Equal("activity:Greet", span?.OperationName);
    }

    [Fact]
    public void Without_a_trace_none_is_sent() => Assert.Null(Traces.From(null));
}
