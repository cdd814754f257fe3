using System.Diagnostics;
using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Secrets;

namespace Pao.Orchestrator.Requests;

/// <summary>A request that passed every check, with the document it is pinned to.</summary>
public sealed record Submission(
    Requester Requester, string? Team, PinnedItem Item, JsonObject Fields, string CorrelationId, IdempotencyKey? Key)
{
    /// <summary>Who submits it, and from where.</summary>
    public Origin Origin { get; init; } = Origin.Of(Requester.UserId, correlationId: CorrelationId);

    /// <summary>The passwords that <see cref="Fields"/> has references to; null when the form asks for none.</summary>
    public SubmittedSecrets? Secrets { get; init; }

    /// <summary>What its caller may have open at once; null: as much as comes.</summary>
    public RequestQuota? Quota { get; init; }

    /// <summary>The span of the call that submits it.</summary>
    public ActivityContext? Trace { get; init; }

    /// <summary>The form that the fields were held to; corrections of a failed request are held to it, too.</summary>
    public Form? Form { get; init; }
}

/// <summary>A key belongs to its caller and stands for one body.</summary>
public sealed record IdempotencyKey(string Caller, string Key, string BodyHash)
{
    /// <summary>Kept in place of <see cref="BodyHash"/> for a body with a password in it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether what was kept of an earlier body is of this one.</summary>
    internal bool IsOf(string kept) => kept == BodyHash || kept == Fingerprint;
}

/// <summary>How a submission ended.</summary>
public abstract record SubmissionOutcome
{
    private SubmissionOutcome()
    {
    }

    /// <summary>Durably stored; <see cref="Input"/> is what its orchestration starts with.</summary>
    public sealed record Accepted(Request Request, FulfilmentInput Input) : SubmissionOutcome;

    /// <summary>The key was used before with the same body: this is the request it made.</summary>
    public sealed record Repeated(Request Request) : SubmissionOutcome;

    /// <summary>The caller has too much open: so many requests, or so many bytes. Nothing was stored.</summary>
    public sealed record OverQuota(bool IsBytes, long Used, long Most) : SubmissionOutcome;

    /// <summary>The key was used before with another body. Nothing was stored.</summary>
    public sealed record KeyReused : SubmissionOutcome;
}
