using System.Text.Json.Nodes;

namespace Pao.Catalog;

/// <summary>What developers can request: one valid document of the catalog, an item or a bundle.</summary>
public abstract record CatalogEntry
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Version { get; init; }

    public required string Category { get; init; }

    public required Owner Owner { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The whole metadata block; templates read it as <c>metadata.x</c>.</summary>
    public required JsonObject Metadata { get; init; }

    public required Form Form { get; init; }

    public Lifecycle? Lifecycle { get; init; }

    public Access? Access { get; init; }

    public Monitoring? Monitoring { get; init; }

    /// <summary>The document's path below the catalog's root, with <c>/</c>.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the document's bytes, in hex: two loads of one text are the same version.</summary>
    public required string Digest { get; init; }

    /// <summary>True when the file was changed into something invalid and this is its last valid version.</summary>
    public bool IsStale { get; init; }

    /// <summary>Why nobody can request this from this service now; null when it can be requested.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Why nobody can request this on that day: it is unavailable, or after its sunset; null when it can be requested.</summary>
    public virtual string? WhyNotRequestable(DateOnly today) => Unavailable ?? (Lifecycle is { SunsetDate: { } sunset } && sunset <= today
        ? $"{Id} is no longer offered since {sunset:yyyy-MM-dd}."
            + (Lifecycle.ReplacedBy is { } other ? $" Request {other} instead." : "")
            + (Lifecycle.Message is { } message ? $" {message}" : "")
        : null);
}

public sealed record Owner(string Team, string Contact);

/// <summary>What happens to a service over time. A deprecated one still works; after sunset it does not.</summary>
public sealed record Lifecycle(
    bool Deprecated, DateOnly? DeprecationDate, DateOnly? SunsetDate, string? ReplacedBy, string? Message);

/// <summary>Who may request an entry: members of any of the teams, or holders of any of the roles.</summary>
public sealed record Access(IReadOnlyList<string> Teams, IReadOnlyList<string> Roles)
{
    /// <summary>The roles that there are; the service that reads the documents knows what they mean.</summary>
    public static readonly IReadOnlyList<string> RoleWords = ["developer", "author", "operator", "admin"];
}
