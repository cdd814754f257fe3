using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>Accepted requests whose orchestration a crash, or a hub that was away, may have left unstarted.</summary>
internal sealed partial class UnstartedRequests(Database database, TimeProvider time)
{
    public Task<List<FulfilmentInput>> FindAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            Find, p => p.Time("until", until).Number("limit", limit), FulfilmentInputs.Read, cancellationToken);

    public Task MarkStartedAsync(Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                Mark, p => p.Uuid("id", id).Time("now", Clock.Microseconds(time)), cancellationToken),
            cancellationToken);
}
