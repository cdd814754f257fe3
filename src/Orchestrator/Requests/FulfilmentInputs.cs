using System.Text.Json;
using Pao.Orchestrator.Fulfilment;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Requests;

/// <summary>What orchestrations start with, as it was fixed when their requests were accepted.</summary>
public sealed partial class FulfilmentInputs(Database database)
{
    /// <summary>The input of a request that is to be worked on after so many failures; null when it has moved on.</summary>
    internal async Task<FulfilmentInput?> FindAsync(Guid id, int failures, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            Find, p => p.Uuid("id", id).Number("failures", failures), Read, cancellationToken)).SingleOrDefault();

    internal static FulfilmentInput Read(Row row) => new(
        row.Uuid("id"),
        Parse<PinnedItem>(row.Text("document")),
        row.Object("request_data"),
        Parse<Requester>(row.Text("requester")),
        row.TextOrNull("team"),
        row.Text("correlation_id"),
        row.Time("created_at"))
    {
        Trace = RequestTrace.Read(row.TextOrNull("trace_context")),
    };

    private static T Parse<T>(string json) =>
        JsonSerializer.Deserialize<T>(json) ?? throw new InvalidDataException($"No {typeof(T).Name} in the row.");
}
