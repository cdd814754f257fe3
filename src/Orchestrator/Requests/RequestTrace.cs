using System.Diagnostics;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// The span under which a request was accepted, as its row keeps it: whoever starts its orchestration, now or after a crash,
/// starts it there. Written as the W3C headers <c>traceparent</c> and, after a blank, <c>tracestate</c>.
/// </summary>
public static class RequestTrace
{
    // What the caller sends of its own may be long, and is only passed on.
    private const int LongestState = 512;

    public static string? Of(ActivityContext? context) => context is not { } known || known == default
        ? null
        : $"00-{known.TraceId}-{known.SpanId}-{(int)known.TraceFlags:x2}"
            + (known.TraceState is { Length: > 0 and <= LongestState } state ? $" {state}" : "");

    public static ActivityContext? Read(string? kept) =>
        kept?.Split(' ', 2) is [var parent, .. var rest] && ActivityContext.TryParse(parent, rest.FirstOrDefault(), isRemote: true, out var context)
            ? context
            : null;
}
