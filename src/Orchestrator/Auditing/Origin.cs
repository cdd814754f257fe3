namespace Pao.Orchestrator.Auditing;

/// <summary>Who does something, and from where: what an entry of the audit says beside what was done.</summary>
public sealed record Origin
{
    public const int LongestUserAgent = 256;
    private const int LongestText = 250;

    /// <param name="actor">The id of a principal, or the name of what acts by itself.</param>
    /// <param name="kind">Which of both.</param>
    /// <param name="address">The network address that the call came from; null when there was none.</param>
    /// <param name="userAgent">What the caller says of its program; cut off after 256 characters.</param>
    /// <param name="correlationId">Of the call.</param>
    public Origin(string actor, ActorKind kind, string? address, string? userAgent, string? correlationId)
    {
        Actor = Bounded(actor, LongestText);
        Kind = kind;
        Address = address;
        UserAgent = userAgent is null ? null : Bounded(userAgent, LongestUserAgent);
        CorrelationId = correlationId;
    }

    /// <summary>The service itself.</summary>
    public static Origin Service { get; } = new("pao", ActorKind.Service, address: null, userAgent: null, correlationId: null);

    public string Actor { get; }

    public ActorKind Kind { get; }

    public string? Address { get; }

    public string? UserAgent { get; }

    public string? CorrelationId { get; init; }

    /// <summary>Somebody who was let in.</summary>
    public static Origin Of(string principal, string? address = null, string? userAgent = null, string? correlationId = null) =>
        new(principal, ActorKind.Principal, address, userAgent, correlationId);

    // PostgreSQL keeps no U+0000 in a text, and an entry that cannot be kept would undo what it is about.
    private static string Bounded(string text, int longest)
    {
        var clean = text.Replace('\0', '\uFFFD');
        return clean.Length <= longest ? clean : clean[..(char.IsHighSurrogate(clean[longest - 1]) ? longest - 1 : longest)];
    }
}

/// <summary>What acts.</summary>
public enum ActorKind
{
    /// <summary>A person or a machine with an id here.</summary>
    Principal,

    /// <summary>This service by itself.</summary>
    Service,

    /// <summary>Another system that tells of an event.</summary>
    Webhook,

    /// <summary>Whoever did not show who it is.</summary>
    Unknown,
}
