namespace Pao.Api.Correlation;

internal static class CorrelationMiddleware
{
    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>("CorrelationId:{CorrelationId}");

    /// <summary>Answers every call with its correlation id, and puts it on every log line of the call.</summary>
    public static void UseCorrelation(this WebApplication app) => app.Use(async (context, next) =>
    {
        var id = CorrelationId.Of(context);
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[CorrelationId.Header] = id;
            return Task.CompletedTask;
        });
        using (Scope(app.Logger, id))
            await next(context);
    });
}
