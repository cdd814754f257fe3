using System.Text.Json;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>Accepted requests whose orchestration a crash, or a hub that was away, may have left unstarted.</summary>
internal sealed partial class UnstartedRequests(Database database, TimeProvider time)
{
    public Task<List<FulfilmentInput>> FindAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(Find, p => p.Time("until", until).Number("limit", limit), Read, cancellationToken);

    public Task MarkStartedAsync(Guid id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => transaction.ExecuteAsync(
                Mark, p => p.Uuid("id", id).Time("now", Clock.Microseconds(time)), cancellationToken),
            cancellationToken);

    private static FulfilmentInput Read(Row row) => new(
        row.Uuid("id"),
        Parse<PinnedItem>(row.Text("document")),
        row.Object("request_data"),
        Parse<Requester>(row.Text("requester")),
        row.TextOrNull("team"),
        row.Text("correlation_id"),
        row.Time("created_at"));

    private static T Parse<T>(string json) =>
        JsonSerializer.Deserialize<T>(json) ?? throw new InvalidDataException($"No {typeof(T).Name} in the row.");
}
