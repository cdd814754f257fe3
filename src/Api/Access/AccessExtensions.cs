using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Pao.Api.Access.Signatures;
using Pao.Api.Access.Sts;
using Pao.Api.Access.Trusted;
using Pao.Api.Auditing;
using Pao.Api.Hosting;
using Pao.Api.Limits;
using Pao.Api.Telemetry.Logs;

namespace Pao.Api.Access;

internal static class AccessExtensions
{
    /// <summary>What whoever is not let in is told; never why.</summary>
    public const string HowToGetIn =
        "Sign the call with an access key (AWS Signature Version 4; the first one is in the file credentials of the data directory), "
        + "or send 'Authorization: Bearer <key>' from this machine; the key is in the file access-key there.";

    private const string SchemeName = "Access";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<AccessKey>();
        services.AddSignatures().AddSts().AddTrustedHeader();

        // The core services only: the full set brings key rings for cookies, which there are none of.
        services.AddWebEncoders();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.AddScheme<AccessKeyHandler>(AccessKeyHandler.SchemeName, displayName: null);
            authentication.AddScheme<SignatureHandler>(SignatureHandler.SchemeName, displayName: null);
            authentication.AddScheme<StsHandler>(StsHandler.SchemeName, displayName: null);
            authentication.AddScheme<TrustedHeaderHandler>(TrustedHeaderHandler.SchemeName, displayName: null);
            authentication.AddScheme<PolicySchemeHandler>(SchemeName, displayName: null);

            // None to authenticate by: the host would do so by itself before everything else, the gate and the limits included.
            authentication.DefaultChallengeScheme = SchemeName;
            authentication.DefaultForbidScheme = SchemeName;
        });
        services.AddTransient<PolicySchemeHandler>();
        services.AddOptions<PolicySchemeOptions>(SchemeName).Configure(scheme => scheme.ForwardDefaultSelector = SchemeOf);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalAnswers>();
        services.AddSingleton<AccessRenewal>();
        return services.AddAuthorization(AccessRules.Add);
    }

    public static void UseAccess(this WebApplication app)
    {
        app.UseFailureLimit();
        app.Use(AuthenticateAsync);
        app.Use(NoteFailures);
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<FirstUse>();

        var key = app.Services.GetRequiredService<AccessKey>();
        if (key.IsNew && app.Services.GetRequiredService<IOptions<LoggingOptions>>().Value.Format is LogFormat.Text)
            app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(key.Announcement));
        _ = app.Services.GetRequiredService<FirstKey>(); // made at the first start, not at the first call
    }

    /// <summary>Nobody is asked at a path that is none, nor where what looks like credentials is for others to read.</summary>
    private static async Task AuthenticateAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is { } endpoint
            && endpoint.Metadata.GetMetadata<OpenEndpoint>() is not { HasOwnProof: true }
            && (await context.AuthenticateAsync(SchemeName)).Principal is { } caller)
        {
            context.User = caller;
            CallPlace.Prove(context);
        }

        await next(context);
    }

    /// <summary>Where nobody is asked who it is, a failed try to show it is noted all the same.</summary>
    private static Task NoteFailures(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenEndpoint>() is not null
            && RefusalNotes.IsExplained(context))
            context.RequestServices.GetRequiredService<RefusalNotes>().LoginFailed(context);
        return next(context);
    }

    private static IServiceCollection AddSignatures(this IServiceCollection services)
    {
        services.AddOptions<SignatureOptions>().BindConfiguration(SignatureOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SignatureOptions>, SignatureOptionsValidator>();
        services.AddSingleton<FirstKey>();
        services.AddSingleton<IKeyPairs, KeyPairs>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<SignatureVerifier>();
        services.AddSingleton<FirstUse>();
        return services;
    }

    private static IServiceCollection AddTrustedHeader(this IServiceCollection services)
    {
        services.AddOptions<TrustedHeaderOptions>().BindConfiguration(TrustedHeaderOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TrustedHeaderOptions>, TrustedHeaderOptionsValidator>();
        return services.AddSingleton<TrustedHeader>();
    }

    /// <summary>Whether a call tries to show who it is, in one of the ways that are known here.</summary>
    public static bool ShowsCredentials(HttpRequest request) => SignatureReader.IsInQuery(request)
        || request.Headers.Authorization.Any(header => header is not null
            && (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || header.StartsWith(SignatureNames.Algorithm, StringComparison.Ordinal)));

    /// <summary>The one way in that a call takes; it is found once, and the call's other ways are not tried.</summary>
    private static string SchemeOf(HttpContext context)
    {
        if (context.Items[typeof(PolicySchemeHandler)] is string known)
            return known;

        var scheme = Choose(context);
        context.Items[typeof(PolicySchemeHandler)] = scheme;
        return scheme;
    }

    private static string Choose(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<TrustedHeader>().IsIn(context))
            return TrustedHeaderHandler.SchemeName;
        if (context.Request.Headers.Authorization is not [{ } header]
            || !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || SignatureReader.IsInQuery(context.Request))
            return SignatureHandler.SchemeName;
        return StsHandler.IsShown(header) ? StsHandler.SchemeName : AccessKeyHandler.SchemeName;
    }
}
