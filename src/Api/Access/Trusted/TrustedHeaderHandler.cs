using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Pao.Api.Access.Signatures;
using Pao.Api.Auditing;
using Pao.Api.Problems;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Trusted;

/// <summary>Lets in whom the gateway names: by the id of a principal, or by an ARN that is a principal's identity.</summary>
internal sealed partial class TrustedHeaderHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    TrustedHeader header,
    Principals principals)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "TrustedHeader";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[header.Name ?? ""] is not [{ Length: > 0 } value])
            return Refused("It is empty, or there more than once.");
        if (Request.Headers.Authorization.Count > 0 || SignatureReader.IsInQuery(Request))
            return Refused("The call says who makes it in another way, too.");

        // Whoever reads the data directory comes through no gateway.
        var isArn = AwsIdentity.IsCaller(value);
        var principal = isArn ? await principals.FindByIdentityAsync(value, Context.RequestAborted)
            : Register.PrincipalId.WhyNot(value) is null ? await principals.FindAsync(value, Context.RequestAborted)
            : null;
        return principal is not null
            ? AuthenticateResult.Success(new AuthenticationTicket(Caller.Let(principal, Scheme.Name, arn: isArn ? value : null), Scheme.Name))
            : Refused("No principal that may call has this id or identity.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        new ProblemResult(Problem.Unauthenticated, AccessExtensions.HowToGetIn).ExecuteAsync(Context);

    private AuthenticateResult Refused(string reason)
    {
        Log.Refused(Logger, header.Name, reason);
        RefusalNotes.Explain(Context, reason);
        return AuthenticateResult.Fail("The header is not valid.");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The gateway's header {Name} was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string? name, string reason);
    }
}
