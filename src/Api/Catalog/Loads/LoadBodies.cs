using Pao.Catalog;

namespace Pao.Api.Catalog.Loads;

/// <summary>The catalog that is in force, and whether its source can be read.</summary>
/// <param name="Stale">How many of the items and bundles are an earlier version than their document's latest, which is not valid.</param>
/// <param name="Rejected">How many documents have no version in force.</param>
/// <param name="Revision">What the source calls what was loaded, such as a commit's SHA.</param>
/// <param name="LoadedAt">Nothing when neither the source nor what was kept of it could be read yet.</param>
/// <param name="Restored">Whether this is what was kept of a load of an earlier process, or of another one.</param>
internal sealed record CatalogState(
    int Items,
    int Bundles,
    int Stale,
    int Rejected,
    string? Revision,
    DateTimeOffset? LoadedAt,
    bool Restored,
    SourceState Source)
{
    public static CatalogState Of(CatalogSnapshot snapshot) => new(
        snapshot.Items.Count,
        snapshot.Bundles.Count,
        snapshot.Stale.Count,
        snapshot.Rejected,
        snapshot.Revision,
        snapshot.IsLoaded ? snapshot.LoadedAt : null,
        snapshot.IsRestored,
        new SourceState(snapshot.Outage is null, snapshot.Outage?.Since, snapshot.Outage?.Reason));
}

/// <param name="Available">Whether the last load could read it.</param>
internal sealed record SourceState(bool Available, DateTimeOffset? UnavailableSince, string? Reason);

/// <summary>What a load of the catalog came to.</summary>
/// <param name="Valid">Whether there is no error.</param>
/// <param name="Added">Items and bundles that were not in force before it.</param>
/// <param name="Changed">Those in another version than before.</param>
/// <param name="Removed">Those no longer in force.</param>
/// <param name="Kept">Whether a start without the source would find this catalog in the database.</param>
internal sealed record CatalogRefresh(
    bool Valid, CatalogState Catalog, int Added, int Changed, int Removed, FindingCounts Findings, bool Kept, long DurationMs)
{
    public static CatalogRefresh From(CatalogLoad load)
    {
        var findings = FindingCounts.Of(load.Snapshot);
        return new(
            findings.Errors == 0, CatalogState.Of(load.Snapshot), load.Added, load.Changed, load.Removed, findings,
            load.IsKept is true, (long)load.Duration.TotalMilliseconds);
    }
}

internal sealed record FindingCounts(int Errors, int Warnings)
{
    public static FindingCounts Of(CatalogSnapshot snapshot)
    {
        var errors = snapshot.Findings.Count(finding => finding.Severity is Severity.Error);
        return new(errors, snapshot.Findings.Count - errors);
    }
}

/// <summary>What a load of the catalog found.</summary>
/// <param name="Valid">Whether there is no error, also none that the caller's filter leaves out.</param>
/// <param name="Total">How many the filter leaves.</param>
internal sealed record CatalogFindings(
    bool Valid, CatalogState Catalog, FindingCounts Total, IReadOnlyList<CatalogFinding> Errors, IReadOnlyList<CatalogFinding> Warnings)
{
    public static CatalogFindings From(CatalogSnapshot snapshot, FindingQuery query)
    {
        var errors = query.Find(snapshot, Severity.Error);
        var warnings = query.Find(snapshot, Severity.Warning);
        return new(
            FindingCounts.Of(snapshot).Errors == 0,
            CatalogState.Of(snapshot),
            new FindingCounts(errors.Count, warnings.Count),
            [.. errors.Take(query.Limit).Select(finding => CatalogFinding.From(finding, snapshot))],
            [.. warnings.Take(query.Limit).Select(finding => CatalogFinding.From(finding, snapshot))]);
    }
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
