using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Pao.DurableTask.Protocol;

namespace Pao.DurableTask;

/// <summary>
/// Traces in the protocol's form (W3C). The spans of an execution and of its activities have ids that follow from what the
/// history knows: what runs below them names its parent before that has ended, and whichever process comes to the end,
/// after whatever crash, emits the span under that id.
/// </summary>
internal static class Traces
{
    public static readonly ActivitySource Source = new("Pao.DurableTask");

    public static TraceContext? From(Activity? activity) => activity is { IdFormat: ActivityIdFormat.W3C } ? From(activity.Context) : null;

    public static TraceContext? From(ActivityContext context) => context == default ? null : new TraceContext
    {
        TraceParent = $"00-{context.TraceId}-{context.SpanId}-{(int)context.TraceFlags:x2}",
        SpanID = context.SpanId.ToHexString(),
        TraceState = context.TraceState,
    };

    /// <summary>The span of an execution, as what it schedules names it; null for one that was started outside of any trace.</summary>
    public static TraceContext? OfExecution(ExecutionStartedEvent started) =>
        TryParse(started.ParentTraceContext, out var parent) ? From(Within(parent, IdOf(started.OrchestrationInstance, taskId: null))) : null;

    /// <summary>A span for a turn, while its code runs; null when nobody listens.</summary>
    /// <remarks>Nothing hangs below it, so that nothing is lost with the span of a turn that a crash cut off.</remarks>
    public static Activity? StartTurn(ExecutionStartedEvent started, int newEvents)
    {
        if (!Source.HasListeners() || !TryParse(OfExecution(started), out var execution))
            return null;

        var span = Source.StartActivity($"turn:{started.Name}", ActivityKind.Internal, execution);
        span?.SetTag("durabletask.task.instance_id", started.OrchestrationInstance.InstanceId);
        span?.SetTag("durabletask.turn.events", newEvents);
        return span;
    }

    /// <summary>The span of an execution that has ended, from its start on, whichever process that was in.</summary>
    public static void EmitExecution(ExecutionStartedEvent started, Timestamp startedAt, OrchestrationStatus end)
    {
        if (!Source.HasListeners() || !TryParse(started.ParentTraceContext, out var parent))
            return;

        using var span = Source.StartActivity(
            $"orchestration:{started.Name}", ActivityKind.Server, parent, startTime: startedAt.ToDateTimeOffset());
        if (span is null)
            return;

        SetId(span, IdOf(started.OrchestrationInstance, taskId: null));
        span.SetTag("durabletask.type", "orchestration");
        span.SetTag("durabletask.task.name", started.Name);
        span.SetTag("durabletask.task.instance_id", started.OrchestrationInstance.InstanceId);
        span.SetTag("durabletask.task.status", end.ToString());
        if (end is OrchestrationStatus.Failed)
            span.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>
    /// A span for an activity's run, under the span that asked for it. A run that is repeated after a crash has the id of the
    /// first. Where nobody listens it is not recorded, but still what the run's log lines and calls name.
    /// </summary>
    public static Activity? StartRun(ActivityRequest request)
    {
        var hasParent = TryParse(request.ParentTraceContext, out var parent);
        var span = Source.HasListeners() ? Source.StartActivity($"activity:{request.Name}", ActivityKind.Server, parent) : null;
        if (!hasParent)
            return Described(span, request);

        span ??= Unrecorded(parent);
        SetId(span, IdOf(request.OrchestrationInstance, request.TaskId));
        return Described(span, request);
    }

    private static Activity? Described(Activity? span, ActivityRequest request)
    {
        if (span is not { IsAllDataRequested: true })
            return span;

        span.SetTag("durabletask.type", "activity");
        span.SetTag("durabletask.task.name", request.Name);
        span.SetTag("durabletask.task.instance_id", request.OrchestrationInstance.InstanceId);
        span.SetTag("durabletask.task.task_id", request.TaskId);
        return span;
    }

    private static Activity Unrecorded(ActivityContext parent)
    {
        var span = new Activity("activity") { TraceStateString = parent.TraceState, IsAllDataRequested = false };
        span.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        return span.Start();
    }

    private static bool TryParse(TraceContext? context, out ActivityContext parsed) =>
        ActivityContext.TryParse(context?.TraceParent, context?.TraceState, isRemote: true, out parsed);

    private static ActivityContext Within(ActivityContext parent, ActivitySpanId span) =>
        new(parent.TraceId, span, parent.TraceFlags, parent.TraceState, isRemote: true);

    private static ActivitySpanId IdOf(OrchestrationInstance instance, int? taskId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{instance.InstanceId}\n{instance.ExecutionId}\n{taskId}"), hash);
        return ActivitySpanId.CreateFromBytes(hash[..8]);
    }

    // Activity lets nobody choose an id. Microsoft's own worker sets these fields, too, and a test watches that they are there.
    private static void SetId(Activity span, ActivitySpanId id)
    {
        SpanId(span) = id.ToHexString();
        Id(span) = null;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanId(Activity span);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref string? Id(Activity span);
}
