using System.Text.Json;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>
/// All versions that requests had, each with the status it brought. They count up by one, so whoever knows one of them can
/// tell whether something is missing.
/// </summary>
public sealed partial class RequestChanges(Database database)
{
    /// <summary>The changes of some requests, of each from a version on, in their order; the rest is there at the next call.</summary>
    public Task<List<RequestChange>> SinceAsync(IEnumerable<ChangePlace> places, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            database.Pick(SincePostgres, SinceSqlite),
            p => p.Json("places", JsonSerializer.Serialize(places)).Number("limit", limit),
            row => new RequestChange(row.Uuid("request_id"), row.Number("version"), row.Status("status"), row.Time("at")),
            cancellationToken);
}

/// <summary>A version of a request.</summary>
public sealed record ChangePlace(Guid RequestId, long Version);

public sealed record RequestChange(Guid RequestId, long Version, RequestStatus Status, DateTimeOffset At);
