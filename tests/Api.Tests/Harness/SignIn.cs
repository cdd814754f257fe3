using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Orchestrator.Access;

namespace Pao.Api.Tests.Harness;

/// <summary>Lets tests call as any stored principal, which says who it is in a header.</summary>
internal sealed class SignIn(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Principals principals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string Header = "X-Test-Principal";

    /// <summary>The id of the key that the call is as if signed with.</summary>
    public const string KeyHeader = "X-Test-Key";

    public const string SchemeName = "Test";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        await principals.FindAsync(Request.Headers[Header].ToString(), Context.RequestAborted) is { } principal
            ? AuthenticateResult.Success(new AuthenticationTicket(Caller.Let(principal, Scheme.Name, Request.Headers[KeyHeader].FirstOrDefault()), Scheme.Name))
            : AuthenticateResult.Fail("There is no such principal.");
}

internal static class SignInExtensions
{
    /// <summary>Beside the service's own ways in, which stay as they are for calls without the header.</summary>
    public static void AddSignIn(this IServiceCollection services)
    {
        services.Configure<AuthenticationOptions>(authentication => authentication.AddScheme<SignIn>(SignIn.SchemeName, displayName: null));
        services.AddTransient<SignIn>();
        services.PostConfigureAll<PolicySchemeOptions>(scheme =>
        {
            var otherwise = scheme.ForwardDefaultSelector;
            scheme.ForwardDefaultSelector = context =>
                context.Request.Headers.ContainsKey(SignIn.Header) ? SignIn.SchemeName : otherwise?.Invoke(context);
        });
    }
}
