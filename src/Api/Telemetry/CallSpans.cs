using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Pao.Api.Correlation;

namespace Pao.Api.Telemetry;

/// <summary>
/// Tells calls that wait from calls that are answered at once, in the measured durations. Names the span of each call by its route and says what came of it, after the semantic conventions of HTTP. Neither path
/// nor query are in it: a presigned call has its signature there.
/// </summary>
internal static class CallSpans
{
    // Asked every few seconds by machines, and part of nobody's request.
    private static readonly string[] Quiet = ["/api/v1/health", "/api/v1/metrics", "/api/v1/version"];

    private static readonly KeyValuePair<string, object?> Waiting = new("pao.waiting", "true");

    public static void UseCallSpans(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (Waits(context.Request))
            context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(Waiting);
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Describe(span, context);
        }
    });

    private static bool Waits(HttpRequest request) =>
        request.Query.ContainsKey("wait") || request.Headers.Accept is [{ } accept] && accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static void Describe(Activity span, HttpContext context)
    {
        // The handler of exceptions takes the endpoint away.
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/');
        var status = context.Response.StatusCode;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        span.SetTag("http.request.method", context.Request.Method);
        span.SetTag("http.response.status_code", status);
        span.SetTag("url.scheme", context.Request.Scheme);
        span.SetTag("pao.correlation_id", CorrelationId.Of(context));
        if (route is not null)
            span.SetTag("http.route", route);
        if (route?.Contains("/requests/{id", StringComparison.Ordinal) is true && context.Request.RouteValues["id"] is { } id)
            span.SetTag("pao.request_id", id.ToString());
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
        if (route is not null && Quiet.Any(quiet => route.StartsWith(quiet, StringComparison.Ordinal)))
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
