using System.Diagnostics;

namespace Pao.Activities.Egress;

/// <summary>Says of a call which trace it belongs to (W3C), and nothing else: baggage of the caller's is not for other systems.</summary>
internal sealed class TraceHeaders : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent, TraceState];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || setter is null)
            return;

        setter(carrier, TraceParent, id);
        if (activity.TraceStateString is { Length: > 0 } state)
            setter(carrier, TraceState, state);
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
