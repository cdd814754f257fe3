using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Faults;

/// <summary>Lets some calls meet a fault.</summary>
internal sealed class FaultFilter(FaultPlan plan, Ledger ledger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var (fails, hangs) = plan.Roll(http.Request.Path);
        if (fails is { } status)
        {
            ledger.Note(await Call.OfAsync(context), Outcome.Refused, status);
            if (status != 0)
                return Answer.Error(status, "a planned fault").ToResult();
            http.Abort();
            return Results.Empty;
        }

        var result = await next(context);
        if (hangs)
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        return result;
    }
}
