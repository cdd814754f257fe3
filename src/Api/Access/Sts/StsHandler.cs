using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Pao.Api.Auditing;
using Pao.Api.Problems;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Sts;

/// <summary>Lets in whom AWS knows, and an administrator has named as a principal.</summary>
internal sealed partial class StsHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    StsEndpoints endpoints,
    StsIdentities identities,
    Principals principals,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "AwsIdentity";

    private const string Bearer = "Bearer ";

    private bool _cannotTell;

    /// <summary>Whether the call shows a token of this kind, right or made up.</summary>
    public static bool IsShown(HttpRequest request) => request.Headers.Authorization.Any(header => header is not null && IsShown(header));

    /// <summary>Whether the header shows one.</summary>
    public static bool IsShown(string authorization) =>
        authorization.StartsWith($"{Bearer}{StsToken.Prefix}", StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!endpoints.AreOpen
            || Request.Headers.Authorization is not [{ } authorization]
            || StsToken.Read(authorization[Bearer.Length..], endpoints.Addresses, time.GetUtcNow()) is not { } token)
            return Refused("It is no call of GetCallerIdentity that was signed for this service, or it is past its time.");

        switch (await identities.FindAsync(token, Context.RequestAborted))
        {
            case StsAnswer.Identity(var arn):
                return await principals.FindByIdentityAsync(arn, Context.RequestAborted) is { } principal
                    ? AuthenticateResult.Success(new AuthenticationTicket(Caller.Let(principal, Scheme.Name, arn: arn), Scheme.Name))
                    : Refused($"No principal that may call has the identity {arn}.");
            case StsAnswer.Refused refused:
                return Refused(refused.Reason);
            case StsAnswer.Unavailable unavailable:
                _cannotTell = true;
                RefusalNotes.CannotTell(Context);
                Log.CannotTell(Logger, unavailable.Reason);
                return AuthenticateResult.Fail("The token cannot be checked now.");
            case var other:
                throw new InvalidOperationException($"No answer to {other}.");
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => (_cannotTell
        ? new ProblemResult(Problem.AccessUnavailable, "AWS cannot be asked who calls now. Try again later.")
        : new ProblemResult(Problem.Unauthenticated, AccessExtensions.HowToGetIn)).ExecuteAsync(Context);

    private AuthenticateResult Refused(string reason)
    {
        Log.Refused(Logger, reason);
        RefusalNotes.Explain(Context, reason);
        return AuthenticateResult.Fail("The token is not valid.");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A token of an AWS identity was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "A token of an AWS identity cannot be checked: {Reason}")]
        public static partial void CannotTell(ILogger logger, string reason);
    }
}
