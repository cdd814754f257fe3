using Pao.Catalog;

namespace Pao.Api.Catalog.Loads;

/// <summary>The catalog that is in force, and whether its source can be read.</summary>
/// <param name="Valid">Whether there is no error.</param>
/// <param name="Stale">How many items and bundles are an earlier version than their document's latest, which is not valid.</param>
/// <param name="Rejected">How many documents have no version in force.</param>
/// <param name="Revision">What the source calls what was loaded, such as a commit's SHA.</param>
/// <param name="LoadedAt">Missing when neither the source nor what was kept of it could be read yet.</param>
/// <param name="Restored">Whether this is what was kept of a load of an earlier process, or of another one.</param>
internal sealed record CatalogState(
    bool Valid,
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
        FindingCounts.Of(snapshot.Findings).Errors == 0,
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

internal sealed record FindingCounts(int Errors, int Warnings)
{
    public static FindingCounts Of(IReadOnlyCollection<Finding> findings)
    {
        var errors = findings.Count(finding => finding.Severity is Severity.Error);
        return new(errors, findings.Count - errors);
    }
}

/// <summary>What a load of the catalog came to, beside the state after it.</summary>
/// <param name="Added">Items and bundles that were not in force before.</param>
/// <param name="Changed">Those in another version than before.</param>
/// <param name="Removed">Those that are no longer in force.</param>
/// <param name="Kept">Whether a start without the source would find this catalog in the database.</param>
internal sealed record CatalogRefresh(
    bool Valid,
    int Items,
    int Bundles,
    int Stale,
    int Rejected,
    string? Revision,
    DateTimeOffset? LoadedAt,
    bool Restored,
    SourceState Source,
    int Added,
    int Changed,
    int Removed,
    FindingCounts Findings,
    bool Kept,
    long DurationMs)
{
    public static CatalogRefresh From(CatalogLoad load)
    {
        var state = CatalogState.Of(load.Snapshot);
        return new(
            state.Valid, state.Items, state.Bundles, state.Stale, state.Rejected, state.Revision, state.LoadedAt, state.Restored, state.Source,
            load.Added, load.Changed, load.Removed, FindingCounts.Of(load.Snapshot.Findings), load.IsKept is true,
            (long)load.Duration.TotalMilliseconds);
    }
}

/// <summary>What a load of the catalog found, as far as the caller asks for it, beside the state after it.</summary>
/// <param name="Total">How many the caller asks for; no more are listed than the limit.</param>
internal sealed record CatalogFindings(
    bool Valid,
    int Items,
    int Bundles,
    int Stale,
    int Rejected,
    string? Revision,
    DateTimeOffset? LoadedAt,
    bool Restored,
    SourceState Source,
    FindingCounts Total,
    IReadOnlyList<CatalogFinding> Errors,
    IReadOnlyList<CatalogFinding> Warnings)
{
    public static CatalogFindings From(CatalogSnapshot snapshot, FindingQuery query)
    {
        var state = CatalogState.Of(snapshot);
        var found = query.Find(snapshot);
        return new(
            state.Valid, state.Items, state.Bundles, state.Stale, state.Rejected, state.Revision, state.LoadedAt, state.Restored, state.Source,
            FindingCounts.Of(found), Of(Severity.Error), Of(Severity.Warning));

        List<CatalogFinding> Of(Severity severity) => [.. found
            .Where(finding => finding.Severity == severity).Take(query.Limit).Select(finding => CatalogFinding.From(finding, snapshot))];
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
