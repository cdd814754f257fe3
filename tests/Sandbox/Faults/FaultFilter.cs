using Pao.Sandbox.Jira;
using Pao.Sandbox.Ledgers;

namespace Pao.Sandbox.Faults;

/// <summary>Lets some calls meet a fault.</summary>
internal sealed class FaultFilter(FaultPlan plan, Ledger ledger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (fails, hangs) = plan.Roll();
        if (fails && CallOf(context) is { } call)
            return ledger.Note(call, Outcome.Refused, Answer.Error(503, "a planned fault")).ToResult();

        var result = await next(context);
        if (hangs)
            await Task.Delay(Timeout.InfiniteTimeSpan, context.HttpContext.RequestAborted);
        return result;
    }

    private static Call? CallOf(EndpointFilterInvocationContext context) =>
        context.Arguments.OfType<Call>().FirstOrDefault() ?? context.Arguments.OfType<JiraCall>().FirstOrDefault()?.Raw;
}
