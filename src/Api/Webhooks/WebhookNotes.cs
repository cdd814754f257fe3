using Pao.Api.Auditing;
using Pao.Api.Problems;

namespace Pao.Api.Webhooks;

/// <summary>Lets the audit know of webhooks that were refused or are about nothing here; what was taken is in it with what was stored.</summary>
internal static class WebhookNotes
{
    public static async ValueTask<object?> NoteAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var notes = context.HttpContext.RequestServices.GetRequiredService<RefusalNotes>();
        switch (answer is INestedHttpResult nested ? nested.Result : answer)
        {
            case ProblemResult refused:
                notes.NotTaken(context.HttpContext, "webhook.refuse", refused.Problem.Code, refused.Problem.Title);
                break;
            case IValueHttpResult { Value: WebhookAnswer { IsIgnored: true } ignored }:
                notes.NotTaken(context.HttpContext, "webhook.ignore", code: null, ignored.Reason);
                break;
        }

        return answer;
    }
}
