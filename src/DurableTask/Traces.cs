using System.Diagnostics;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask;

/// <summary>Traces in the protocol's form (W3C).</summary>
internal static class Traces
{
    public static readonly ActivitySource Source = new("Pao.DurableTask");

    public static TraceContext? From(Activity? activity) => activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? new TraceContext { TraceParent = id, SpanID = activity.SpanId.ToHexString(), TraceState = activity.TraceStateString }
        : null;

    /// <summary>A span for an activity's run, under the span that asked for it; null when nobody listens.</summary>
    public static Activity? StartRun(ActivityRequest request)
    {
        if (!Source.HasListeners())
            return null;

        ActivityContext.TryParse(request.ParentTraceContext?.TraceParent, request.ParentTraceContext?.TraceState, out var parent);
        var span = Source.StartActivity($"activity:{request.Name}", ActivityKind.Server, parent);
        span?.SetTag("durabletask.task.instance_id", request.OrchestrationInstance.InstanceId);
        span?.SetTag("durabletask.task.task_id", request.TaskId);
        return span;
    }
}
