using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Pao.Api.Auditing;
using Pao.Api.Problems;
using Pao.Api.Requests;
using Pao.Orchestrator.Access;

namespace Pao.Api.Access.Signatures;

/// <summary>Lets in whose call is signed with an access key.</summary>
internal sealed partial class SignatureHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    SignatureVerifier verifier,
    Principals principals,
    AccessKeyUses uses)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Signature";

    /// <summary>Tells the log and the audit why a signature is refused, which its caller is not told.</summary>
    public static void Explain(HttpContext context, ILogger logger, SignatureFault fault)
    {
        Log.Refused(logger, fault);
        RefusalNotes.Explain(context, $"The signature: {fault}.");
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Call() is not { } call)
            return Refused(SignatureFault.Malformed);
        var authorization = Request.Headers.Authorization is [{ } only] ? only : null;
        if (authorization?.StartsWith(SignatureNames.Algorithm, StringComparison.Ordinal) is not true && !SignatureReader.IsInQuery(call.Query))
            return AuthenticateResult.NoResult();

        // It means nothing, and some reads have all the time they want: whoever sends one slowly would hold a place for as long.
        if (IsRead && SignatureReader.CanHaveBody(Request))
            return Refused(SignatureFault.BodyOfRead);

        var verdict = await verifier.VerifyAsync(call, authorization, HashBodyAsync, Context.RequestAborted);
        return verdict switch
        {
            SignatureVerdict.Accepted accepted => await LetInAsync(accepted),
            SignatureVerdict.Refused refused => Refused(refused.Fault),
            _ => throw new InvalidOperationException($"No answer to {verdict}."),
        };
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        new ProblemResult(Problem.Unauthenticated, AccessExtensions.HowToGetIn).ExecuteAsync(Context);

    private async Task<AuthenticateResult> LetInAsync(SignatureVerdict.Accepted accepted)
    {
        if (await principals.FindAsync(accepted.Key.Principal, Context.RequestAborted) is not { } principal)
            return Refused(SignatureFault.UnknownPrincipal);
        if (!MayRepeat())
            Context.Features.Set(new UsableOnce(accepted.Signature, accepted.GoodUntil)); // see FirstUse

        uses.Note(accepted.Key.Id);
        return AuthenticateResult.Success(new AuthenticationTicket(Caller.Let(principal, Scheme.Name, accepted.Key.Id), Scheme.Name));
    }

    /// <summary>A signature tells seconds only, so an honest twin has the same: where that does no harm, it is let in.</summary>
    private bool MayRepeat() => IsRead
        || (Context.GetEndpoint()?.Metadata.GetMetadata<Repeatable>() is { } repeatable
            && (!repeatable.WithKeyOnly || Request.Headers.ContainsKey(IdempotencyKeys.Header)));

    private bool IsRead => HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);

    private AuthenticateResult Refused(SignatureFault fault)
    {
        Explain(Context, Logger, fault);
        return AuthenticateResult.Fail("The signature is not valid.");
    }

    private SignedCall? Call()
    {
        // Without a network there is no raw target: then path and query are as good as sent.
        var target = Context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw
            ? raw
            : Request.Path.ToUriComponent() + Request.QueryString.ToUriComponent();
        var split = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = split < 0 ? (target, "") : (target[..split], target[(split + 1)..]);
        return SignedQuery.Parse(query) is { } parameters
            ? new SignedCall(
                Request.Method, path, parameters,
                Request.Headers.ToDictionary(
                    header => header.Key, header => header.Value.Select(value => value ?? "").ToArray(), StringComparer.OrdinalIgnoreCase))
            : null;
    }

    private async Task<string> HashBodyAsync(CancellationToken cancellationToken)
    {
        // Without a body a key that somebody has takes no longer than one that nobody has.
        if (!SignatureReader.CanHaveBody(Request))
            return SignatureVerifier.EmptyPayload;

        // With its hash stated it is read when the signature has matched. Without, the call has shown nothing until it is here: one that is
        // given up meanwhile counts as one that failed to.
        if (!Request.Headers.ContainsKey(SignatureNames.Payload))
            RefusalNotes.Explain(Context, "The body that it signs did not come.");
        Request.EnableBuffering(JsonBody.MaxBytes, JsonBody.MaxBytes);
        var hash = await SHA256.HashDataAsync(Request.Body, cancellationToken);
        Request.Body.Position = 0;
        RefusalNotes.TakeBack(Context);
        return Convert.ToHexStringLower(hash);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A signature was refused: {Fault}")]
        public static partial void Refused(ILogger logger, SignatureFault fault);
    }
}
