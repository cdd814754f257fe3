using Microsoft.AspNetCore.Authentication;
using Pao.Api.Auditing;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Signatures;

/// <summary>
/// Takes a signature that may be used once when its call is about to be carried out, and no sooner: a call that a limit or its
/// caller's roles refuse has changed nothing, writes nothing down, and may be sent again as it is.
/// </summary>
internal sealed class FirstUse(SeenSignatures seen, RefusalNotes notes, ILogger<FirstUse> logger) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<UsableOnce>() is { } once && !await seen.IsFirstAsync(once.Signature, once.GoodUntil, context.RequestAborted))
        {
            SignatureHandler.Explain(context, logger, SignatureFault.Replayed);
            notes.LoginFailed(context);
            await context.ChallengeAsync();
            return;
        }

        await next(context);
    }
}

/// <summary>The signature of a call that would change something again, if it were taken again.</summary>
/// <param name="Signature">In hexadecimal digits.</param>
/// <param name="GoodUntil">From when on it would be refused anyway.</param>
internal sealed record UsableOnce(string Signature, DateTimeOffset GoodUntil);
