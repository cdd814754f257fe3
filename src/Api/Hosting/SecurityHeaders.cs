namespace Pao.Api.Hosting;

/// <summary>
/// What every answer tells browsers and caches: what is private is kept nowhere (but where an answer says otherwise, as those
/// with an entity tag do), nothing is guessed, framed or loaded from elsewhere, and https stays https.
/// </summary>
internal static class SecurityHeaders
{
    private const string OneYear = "max-age=31536000; includeSubDomains";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the last moment: an error clears what was set before.
        context.Response.OnStarting(static state => AddAsync((HttpContext)state), context);
        return next(context);
    });

    private static Task AddAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = headers.ContentSecurityPolicy is [_, ..] own ? own : "default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = headers.CacheControl is [_, ..] said ? said : "no-store";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = OneYear;
        return Task.CompletedTask;
    }
}
