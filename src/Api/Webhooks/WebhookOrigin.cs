using Pao.Api.Auditing;
using Pao.Orchestrator.Auditing;

namespace Pao.Api.Webhooks;

/// <summary>From where a webhook came, for the audit.</summary>
internal static class WebhookOrigin
{
    /// <param name="request">The call.</param>
    /// <param name="sender">The kind of system that it says to be.</param>
    public static Origin Of(HttpRequest request, string sender) => CallOrigin.Of(request.HttpContext, sender, ActorKind.Webhook);
}
