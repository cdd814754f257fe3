using System.Text;

namespace Pao.Sandbox.Faults;

/// <summary>Does to a call what was planned for it, outside of the endpoint: the endpoint's effect is whole, or it is not reached.</summary>
internal sealed class PlannedFaultMiddleware(RequestDelegate next, PlannedFaults plan, TimeProvider clock)
{
    private const int HugeBytes = 64 * 1024 * 1024;

    public Task InvokeAsync(HttpContext context) =>
        plan.Take(context.Request.Method, context.Request.Path) is { } fault ? MeetAsync(context, fault) : next(context);

    private async Task MeetAsync(HttpContext context, PlannedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Latency:
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Milliseconds), clock, context.RequestAborted);
                await next(context);
                return;
            case FaultKind.Status:
                await AnswerAsync(context, fault);
                return;
            case FaultKind.DropBefore:
                context.Abort();
                return;
            case FaultKind.DropThenEffect:
                await DropThenEffectAsync(context, fault);
                return;
            default:
                await MeetAfterAsync(context, fault, await EffectAsync(context));
                return;
        }
    }

    /// <summary>As a server does that has read the call, and works on although its caller is gone.</summary>
    private async Task DropThenEffectAsync(HttpContext context, PlannedFault fault)
    {
        var call = new MemoryStream();
        await context.Request.Body.CopyToAsync(call, context.RequestAborted);
        context.Abort();
        call.Position = 0;
        (context.Request.Body, context.RequestAborted) = (call, CancellationToken.None);
        await Task.Delay(TimeSpan.FromMilliseconds(fault.Milliseconds), clock, CancellationToken.None);
        await EffectAsync(context);
    }

    private static async Task MeetAfterAsync(HttpContext context, PlannedFault fault, byte[] body)
    {
        switch (fault.Kind)
        {
            case FaultKind.StatusAfter:
                await AnswerAsync(context, fault);
                break;
            case FaultKind.DropAfter:
                context.Abort();
                break;
            case FaultKind.HangAfter:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                break;
            case FaultKind.StallAfter:
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                break;
            case FaultKind.Malformed:
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
                break;
            case FaultKind.Replaced:
                await context.Response.WriteAsync(fault.Body ?? "", context.RequestAborted);
                break;
            case FaultKind.Huge:
                await FloodAsync(context);
                break;
            default:
                throw new InvalidOperationException($"No fault of the kind {fault.Kind}.");
        }
    }

    /// <summary>Lets the endpoint do its work, and keeps what it would have answered.</summary>
    private async Task<byte[]> EffectAsync(HttpContext context)
    {
        var wire = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = wire;
        context.Response.ContentLength = null;
        return kept.ToArray();
    }

    private static async Task AnswerAsync(HttpContext context, PlannedFault fault)
    {
        context.Response.StatusCode = fault.Status;
        context.Response.ContentType = "application/json";
        if (fault.RetryAfter is not null)
            context.Response.Headers.RetryAfter = fault.RetryAfter;
        if (fault.LoginReason is not null)
            context.Response.Headers["X-Seraph-LoginReason"] = fault.LoginReason; // JIRA's word for how it took the caller
        await context.Response.WriteAsync(fault.Body ?? """{"errorMessages":["a planned fault"],"errors":{}}""", context.RequestAborted);
    }

    private static async Task FloodAsync(HttpContext context)
    {
        var chunk = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
        for (var sent = 0; sent < HugeBytes; sent += chunk.Length)
            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
    }
}
