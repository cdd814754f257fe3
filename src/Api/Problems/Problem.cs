namespace Pao.Api.Problems;

/// <summary>A kind of error that the API answers with. Code and type are contract: clients branch on them.</summary>
public sealed record Problem(string Code, int Status, string Title)
{
    /// <summary>Not found, whatever it was: the answer for a path that is no route.</summary>
    public static readonly Problem RouteNotFound = new("route.not_found", 404, "There is nothing at this path.");
    public static readonly Problem MethodNotAllowed = new("route.method_not_allowed", 405, "This path does not take this method.");
    public static readonly Problem PathAmbiguous = new("route.path_ambiguous", 400, "The path is written in more than one way.");
    public static readonly Problem Unauthenticated = new("access.unauthenticated", 401, "A valid access key is needed.");
    public static readonly Problem Forbidden = new("access.forbidden", 403, "This is not allowed.");
    public static readonly Problem RateExceeded = new("limit.rate", 429, "These are too many calls in too short a time.");
    public static readonly Problem OpenRequestsQuota = new("limit.open_requests", 429, "The caller has too many open requests.");
    public static readonly Problem StoredBytesQuota = new("limit.stored_bytes", 429, "The caller's open requests hold too much.");
    public static readonly Problem WaitingQuota = new("limit.waiting_calls", 429, "Too many calls of the caller wait at once.");
    public static readonly Problem ValidationQuota = new("limit.validations", 429, "Too much of the caller's is validated at once.");
    public static readonly Problem AccessUnavailable = new("access.unavailable", 503, "Whether the caller may be let in cannot be found out now.");
    public static readonly Problem PrincipalNotFound = new("principal.not_found", 404, "There is no such principal.");
    public static readonly Problem IdentityTaken = new("principal.identity_taken", 409, "Another principal has this identity.");
    public static readonly Problem KeyNotFound = new("access_key.not_found", 404, "There is no such access key.");
    public static readonly Problem TooManyKeys = new("access_key.too_many", 409, "The principal has as many access keys as it can have.");
    public static readonly Problem BodyTooLarge = new("body.too_large", 413, "The body is larger than 2 MiB.");
    public static readonly Problem BodyNotJson = new("body.not_json", 415, "The content type of the body is not taken here.");
    public static readonly Problem BodyMalformed = new("body.malformed", 400, "The body is not valid JSON.");
    public static readonly Problem BodyInvalid = new("body.invalid", 422, "The body does not say what is needed.");
    public static readonly Problem ParameterInvalid = new("parameter.invalid", 400, "A parameter is not valid.");
    public static readonly Problem HttpMalformed = new("http.malformed", 400, "The HTTP request is not valid.");
    public static readonly Problem ItemNotFound = new("catalog_item.not_found", 404, "There is no such catalog item.");
    public static readonly Problem ItemUnavailable = new("catalog_item.unavailable", 409, "The catalog item cannot be requested now.");
    public static readonly Problem RequestNotFound = new("request.not_found", 404, "There is no such request.");
    public static readonly Problem RequestStateConflict = new("request.state_conflict", 409, "The state of the request does not allow this.");
    public static readonly Problem HistoryNotFound = new("request.history_not_found", 404, "The request has no history yet.");
    public static readonly Problem ActionNotFound = new("request.action_not_found", 404, "The request has no such action.");
    public static readonly Problem EscalationNotFound = new("request.escalation_not_found", 404, "The request was not escalated.");
    public static readonly Problem EscalationUnavailable = new("request.escalation_unavailable", 409, "Nobody can be asked for help here.");
    public static readonly Problem OrchestrationNotFound = new("orchestration.not_found", 404, "There is no such orchestration.");
    public static readonly Problem OrchestrationStateConflict = new("orchestration.state_conflict", 409, "The state of the orchestration does not allow this.");
    public static readonly Problem OrchestrationOfRequest = new("orchestration.of_request", 409, "The orchestration belongs to a request, which decides about it.");
    public static readonly Problem KeyReused = new("idempotency_key.reused", 422, "The idempotency key was used with another body.");
    public static readonly Problem WebhookUnverified = new("webhook.unverified", 401, "The webhook does not show that it knows the secret.");
    public static readonly Problem WebhookNotTaken = new("webhook.not_taken", 404, "Webhooks of this sender are not taken.");
    public static readonly Problem WatchersTooMany = new("watch.too_many", 503, "Too many callers wait for changes.");
    public static readonly Problem Busy = new("server.busy", 503, "Too many calls at a time.");
    public static readonly Problem TookTooLong = new("server.timeout", 503, "The call took too long. Send it again, with the same Idempotency-Key.");
    public static readonly Problem StoreUnavailable = new("store.unavailable", 503, "The database cannot be reached now.");
    public static readonly Problem Unexpected = new("server.unexpected", 500, "Something went wrong here.");

    public string Type => $"urn:pao:problem:{Code}";

    /// <summary>The problem that stands for a bare status code, as the framework leaves it.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        400 => HttpMalformed,
        401 => Unauthenticated,
        403 => Forbidden,
        404 => RouteNotFound,
        405 => MethodNotAllowed,
        413 => BodyTooLarge,
        415 => BodyNotJson,
        429 => RateExceeded,
        503 => TookTooLong,
        >= 500 => Unexpected with { Status = status },
        _ => HttpMalformed with { Status = status },
    };
}
