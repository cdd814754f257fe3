using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Pao.Activities;

/// <summary>Says which action something is done for: on the current span, and on every log line until it is disposed.</summary>
internal static class ActionScope
{
    private static readonly Func<ILogger, string, Guid, string, IDisposable?> Lines = LoggerMessage.DefineScope<string, Guid, string>(
        "CorrelationId:{CorrelationId} Request:{Request} Action:{Action}");

    public static IDisposable? Begin(ILogger logger, ActionExecution execution)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.SetTag("pao.request_id", execution.RequestId.ToString());
            span.SetTag("pao.correlation_id", execution.CorrelationId);
            span.SetTag("pao.action_id", execution.Path);
            span.SetTag("pao.action_type", execution.Type);
        }

        return Lines(logger, execution.CorrelationId, execution.RequestId, execution.Path);
    }
}
