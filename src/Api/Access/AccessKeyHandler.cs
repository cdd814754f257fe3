using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Pao.Api.Auditing;
using Pao.Api.Problems;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access;

/// <summary>Lets in who shows the access key, from this machine only unless configured otherwise.</summary>
internal sealed class AccessKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AccessKey key,
    IOptions<AccessOptions> access)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "AccessKey";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        new ProblemResult(Problem.Unauthenticated, AccessExtensions.HowToGetIn).ExecuteAsync(Context);

    private AuthenticateResult Authenticate()
    {
        if (Request.Headers.Authorization is not [{ } header]
            || !AuthenticationHeaderValue.TryParse(header, out var value)
            || !value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || value.Parameter is not { } candidate)
            return AuthenticateResult.NoResult();

        if (!access.Value.TakesAccessKey)
            return Refused("The access key lets nobody in here.");
        if (!access.Value.AllowNonLoopback && !IsLoopback(Context.Connection.RemoteIpAddress))
            return Refused("The access key is accepted from this machine only.");

        return key.Matches(candidate)
            ? AuthenticateResult.Success(new AuthenticationTicket(Caller.Let(Principal.LocalAdmin, Scheme.Name), Scheme.Name))
            : Refused("The access key is not the right one.");
    }

    private AuthenticateResult Refused(string reason)
    {
        RefusalNotes.Explain(Context, reason);
        return AuthenticateResult.Fail(reason);
    }

    // No address at all is a connection within the process, as tests make it.
    private static bool IsLoopback(IPAddress? address) => address is null || IPAddress.IsLoopback(address);
}
