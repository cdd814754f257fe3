using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Pao.Api.Access;
using Pao.Api.Catalog;
using Pao.Api.Limits;
using Pao.Api.Problems;
using Pao.Catalog;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Secrets;

namespace Pao.Api.Requests;

/// <summary>Takes a request in: checks all of it, stores it, and only then has it started.</summary>
internal sealed partial class Submitting(
    ServiceCatalog catalog, RequestStore requests, Fulfilments fulfilments, SecretCipher cipher, IOptions<CallerLimitOptions> limits,
    TimeProvider time, ILogger<Submitting> logger)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(5);

    public async Task<SubmissionOutcome> SubmitAsync(Submission submission, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("api.before-insert");
        var outcome = await requests.SubmitAsync(submission, cancellationToken);
        CrashPoint.Reach("api.after-insert");
        if (outcome is SubmissionOutcome.Accepted accepted)
            await StartAsync(accepted.Input);
        return outcome;
    }

    /// <summary>What the request would be, or why it cannot be made.</summary>
    public ProblemResult? Check(
        SubmitRequest sent, Caller caller, Origin origin, string correlationId, IdempotencyKey? key, out Submission? submission)
    {
        submission = null;
        if (catalog.Current.SeenBy(caller.Principal).Find(sent.CatalogItemId) is not { } entry)
            return new(
                Problem.ItemNotFound, $"The catalog has no item '{sent.CatalogItemId}'; GET /api/v1/catalog lists those it has.");
        if (!entry.IsFor(caller.Principal))
            return new(Problem.Forbidden, $"{entry.Id} is for others; its document says for whom (access).");
        if (entry.WhyNotRequestable(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)) is { } reason)
            return new(Problem.ItemUnavailable, reason);

        if (sent.Team is { } team && !caller.MayActFor(team))
            return new(Problem.BodyInvalid, "The team is not one of the caller's.", new Dictionary<string, string[]>
            {
                ["/team"] = [caller.Principal.Teams.Count > 0
                    ? $"Must be one of the caller's teams, which are {string.Join(", ", caller.Principal.Teams)}."
                    : "Must be left out: the caller is in no team."],
            });

        var form = entry.Form.Validate(sent.Fields ?? []);
        if (!form.IsValid)
            return new(
                Problem.BodyInvalid, $"The form of {entry.Id} says otherwise; its schema is at /api/v1/catalog/items/{entry.Id}/schema.", form.Errors);
        if (FulfilmentInput.WhyTooLong(form.Values) is { } tooLong)
            return new(Problem.BodyTooLarge, tooLong);

        submission = new Submission(caller.Requester, sent.Team, Pin(entry), form.Values, correlationId, key)
        {
            Form = entry.Form,
            Quota = limits.Value.QuotaOf(caller.Principal),
            Origin = origin,
            Trace = Activity.Current?.Context,
            Secrets = form.Secrets.Count > 0 ? new SubmittedSecrets(form.Secrets, cipher) : null,
        };
        return null;
    }

    private static PinnedItem Pin(CatalogEntry entry) => entry switch
    {
        CatalogItem item => PinnedItem.From(item),
        CatalogBundle bundle => PinnedItem.From(bundle),
        _ => throw new InvalidOperationException($"No way to fulfil a {entry.GetType().Name}."),
    };

    // The request is stored, so it is accepted whatever happens here: what is not started now, the sweeper starts. The
    // caller's going away does not matter any more either.
    private async Task StartAsync(FulfilmentInput input)
    {
        using var patience = new CancellationTokenSource(StartPatience, time);
        try
        {
            await fulfilments.StartAsync(input, patience.Token);
            CrashPoint.Reach("api.after-start");
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or TimeoutException)
        {
            Log.StartPostponed(logger, input.RequestId, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Request {Request} is stored and will be started a little later: {Reason}")]
        public static partial void StartPostponed(ILogger logger, Guid request, string reason);
    }
}
