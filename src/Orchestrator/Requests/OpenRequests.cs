using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>Requests that an orchestration ought to be working on.</summary>
internal sealed partial class OpenRequests(Database database)
{
    /// <summary>The next few, in the order of their ids, of those that were not touched since a time.</summary>
    public Task<List<OpenRequest>> FindAsync(Guid after, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            Find,
            p => p.Uuid("after", after).Time("until", until).Number("limit", limit),
            Read,
            cancellationToken);

    /// <summary>One of them; null when no orchestration ought to be working on it, or a decision is on its way.</summary>
    public async Task<OpenRequest?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await database.ReadAsync(FindOne, p => p.Uuid("id", id), Read, cancellationToken)).SingleOrDefault();

    private static OpenRequest Read(Row row) => new(row.Uuid("id"), row.Status("status"), row.Count("failures"));
}

/// <summary>A request as it was seen. A status belongs to a number of failures: both together never come back.</summary>
internal sealed record OpenRequest(Guid Id, RequestStatus Status, int Failures);
