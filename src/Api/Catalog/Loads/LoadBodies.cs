using System.Text.Json.Serialization;
using Pao.Catalog;

namespace Pao.Api.Catalog.Loads;

/// <summary>The catalog that is in force, and whether its source can be read.</summary>
internal record CatalogState(CatalogSnapshot Snapshot)
{
    [JsonIgnore]
    public CatalogSnapshot Snapshot { get; } = Snapshot;

    /// <summary>Whether nothing was rejected.</summary>
    [JsonPropertyOrder(-1)]
    public bool Valid => !Snapshot.Findings.Any(finding => finding.Severity is Severity.Error);

    [JsonPropertyOrder(-1)]
    public int Items => Snapshot.Items.Count;

    [JsonPropertyOrder(-1)]
    public int Bundles => Snapshot.Bundles.Count;

    /// <summary>How many of them are an earlier version than their document's latest, which is not valid.</summary>
    [JsonPropertyOrder(-1)]
    public int Stale => Snapshot.Stale.Count;

    /// <summary>How many documents have no version in force.</summary>
    [JsonPropertyOrder(-1)]
    public int Rejected => Snapshot.Rejected;

    /// <summary>What the source calls what was loaded, such as a commit's SHA.</summary>
    [JsonPropertyOrder(-1)]
    public string? Revision => Snapshot.Revision;

    /// <summary>Missing when neither the source nor what was kept of it could be read yet.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset? LoadedAt => Snapshot.IsLoaded ? Snapshot.LoadedAt : null;

    /// <summary>Whether this is what was kept of a load of an earlier process, or of another one.</summary>
    [JsonPropertyOrder(-1)]
    public bool Restored => Snapshot.IsRestored;

    [JsonPropertyOrder(-1)]
    public SourceState Source => new(Snapshot.Outage is null, Snapshot.Outage?.Since, Snapshot.Outage?.Reason);
}

/// <param name="Available">Whether the last load could read it.</param>
internal sealed record SourceState(bool Available, DateTimeOffset? UnavailableSince, string? Reason);

/// <summary>What a load of the catalog came to.</summary>
internal sealed record CatalogRefresh(CatalogLoad Load) : CatalogState(Load.Snapshot)
{
    [JsonIgnore]
    public CatalogLoad Load { get; } = Load;

    /// <summary>Items and bundles that were not in force before.</summary>
    public int Added => Load.Added;

    /// <summary>Those in another version than before.</summary>
    public int Changed => Load.Changed;

    /// <summary>Those that are no longer in force.</summary>
    public int Removed => Load.Removed;

    public FindingCounts Findings => FindingCounts.Of(Snapshot.Findings);

    /// <summary>Whether a start without the source would find this catalog in the database.</summary>
    public bool Kept => Load.IsKept is true;

    public long DurationMs => (long)Load.Duration.TotalMilliseconds;
}

internal sealed record FindingCounts(int Errors, int Warnings)
{
    public static FindingCounts Of(IReadOnlyCollection<Finding> findings)
    {
        var errors = findings.Count(finding => finding.Severity is Severity.Error);
        return new(errors, findings.Count - errors);
    }
}

/// <summary>What a load of the catalog found, as far as the caller asks for it.</summary>
internal sealed record CatalogFindings(CatalogSnapshot Snapshot, FindingQuery Query) : CatalogState(Snapshot)
{
    private readonly List<Finding> _found = Query.Find(Snapshot);

    [JsonIgnore]
    public FindingQuery Query { get; } = Query;

    /// <summary>How many the caller asks for; no more are listed than the limit.</summary>
    public FindingCounts Total => FindingCounts.Of(_found);

    public IReadOnlyList<CatalogFinding> Errors => Of(Severity.Error);

    public IReadOnlyList<CatalogFinding> Warnings => Of(Severity.Warning);

    private List<CatalogFinding> Of(Severity severity) => [.. _found
        .Where(finding => finding.Severity == severity).Take(Query.Limit).Select(finding => CatalogFinding.From(finding, Snapshot))];
}

/// <param name="InForce">The earlier version that is in force in place of the file's latest one.</param>
internal sealed record CatalogFinding(
    string Rule,
    string Message,
    string? File,
    int Line,
    int Column,
    string Pointer,
    string? Suggestion,
    StaleVersion? InForce)
{
    public static CatalogFinding From(Finding finding, CatalogSnapshot snapshot) => new(
        finding.Rule, finding.Message, finding.File, finding.Line, finding.Column, finding.Pointer, finding.Suggestion,
        finding.File is { } file && snapshot.Stale.TryGetValue(file, out var stale) ? StaleVersion.From(stale) : null);
}

/// <param name="StaleSince">Since when the file's latest version is not valid.</param>
internal sealed record StaleVersion(string Id, string Version, DateTimeOffset StaleSince)
{
    public static StaleVersion From(StaleDocument stale) => new(stale.Id, stale.Version, stale.Since);
}
