using System.Text.Json;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Retention;

/// <summary>Requests that ended long ago, and all that hangs on them.</summary>
internal sealed partial class EndedRequests(Database database)
{
    /// <summary>Removes some of those that ended before a time, oldest first.</summary>
    /// <returns>How many.</returns>
    public Task<int> RemoveAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        database.WriteAsync(async transaction =>
        {
            var ids = await transaction.ReadAsync(
                database.Pick(FindPostgres, FindSqlite),
                p => p.Time("before", before).Number("limit", limit),
                row => row.Uuid("id"),
                cancellationToken);
            if (ids.Count > 0)
                await transaction.ExecuteAsync(
                    Remove(database.Pick(IdsPostgres, IdsSqlite)), p => p.Json("ids", JsonSerializer.Serialize(ids)), cancellationToken);
            return ids.Count;
        }, cancellationToken);
}
