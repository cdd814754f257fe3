using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pao.Catalog;
using Pao.Catalog.Keeping;
using Pao.DurableTask;
using Pao.Orchestrator.Auditing;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Keeping;

/// <summary>The last good load of the catalog, beside the requests.</summary>
internal sealed partial class CatalogArchive(Database database, TimeProvider time) : ICatalogArchive
{
    /// <summary>So much goes to the database at once, and at least one document.</summary>
    private const int MaxBytesAtOnce = 4 << 20;

    private const int MaxDocumentsAtOnce = 250;

    /// <summary>An entry of the audit names no more documents; it counts them.</summary>
    private const int MostNamed = 100;

    public Task<KeptCatalog?> ReadAsync(long? since, CancellationToken cancellationToken) => AnswerAsync(async () =>
    {
        var number = (await database.ReadAsync(FindNumber, _ => { }, row => row.Number("number"), cancellationToken)).Single();
        return number == since
            ? null
            : await database.WriteAsync<KeptCatalog?>(transaction => ReadAsync(transaction, since, cancellationToken), cancellationToken);
    });

    public Task<long?> KeepAsync(KeptChange change, CancellationToken cancellationToken) => AnswerAsync(async () =>
    {
        CrashPoint.Reach("catalog.before-keep");
        var number = await database.WriteAsync(transaction => KeepAsync(transaction, change, cancellationToken), cancellationToken);
        CrashPoint.Reach("catalog.after-keep");
        return number;
    });

    private static async Task<T> AnswerAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException failure)
        {
            throw new ArchiveUnavailableException(failure.Message, failure);
        }
    }

    private async Task<KeptCatalog?> ReadAsync(Transaction transaction, long? since, CancellationToken cancellationToken)
    {
        var (number, load) = (await transaction.ReadAsync(
            database.Pick(FindLoadOnPostgres, FindLoadOnSqlite), _ => { }, row => (row.Number("number"), LoadOf(row)), cancellationToken)).Single();

        // A lower number than the one that was seen is that of a backup: nothing of what was seen holds.
        var documents = await transaction.ReadAsync(
            FindDocuments, p => p.Number("since", since <= number ? since : 0), DocumentOf, cancellationToken);
        var files = await transaction.ReadAsync(FindFiles, _ => { }, row => row.Text("path"), cancellationToken);
        return new KeptCatalog(number, load, documents, files.ToHashSet(StringComparer.Ordinal));
    }

    private async Task<long?> KeepAsync(Transaction transaction, KeptChange change, CancellationToken cancellationToken)
    {
        var load = change.Load;
        var before = await transaction.ReadAsync(FindRevision, _ => { }, row => row.TextOrNull("revision"), cancellationToken);
        var advanced = await transaction.ExecuteAsync(
            Advance,
            p => p.Number("number", change.Number)
                .Text("revision", load.Revision)
                .Time("loaded_at", load.LoadedAt)
                .Text("memory", load.Memory)
                .Text("findings", JsonSerializer.Serialize(load.Findings)),
            cancellationToken);
        if (advanced == 0)
            return null;

        var number = change.Number + 1;
        foreach (var documents in Portions(change.Changed))
            await transaction.ExecuteAsync(Put, documents, (p, document) => Bind(p, document, number), cancellationToken);
        foreach (var files in change.Removed.Chunk(MaxDocumentsAtOnce))
            await transaction.ExecuteAsync(Remove, files, (p, file) => p.Text("path", file), cancellationToken);
        if (change.Changed.Count + change.Removed.Count > 0)
            await AuditLog.WriteAsync(transaction, Entry(change, before.Single()), Clock.Microseconds(time), cancellationToken);
        return number;
    }

    /// <summary>What changed, from which revision to which; who changed it is in the source's own history.</summary>
    private static AuditEntry Entry(KeptChange change, string? before) => new(Origin.Service, "catalog.change")
    {
        Details = new JsonObject
        {
            ["changed"] = Named(change.Changed.Select(document => document.File)),
            ["changed_count"] = change.Changed.Count,
            ["rejected"] = Named(change.Changed.Where(document => !document.IsLatestInForce).Select(document => document.File)),
            ["removed"] = Named(change.Removed),
            ["removed_count"] = change.Removed.Count,
        },
        Before = new JsonObject { ["revision"] = before, ["number"] = change.Number },
        After = new JsonObject { ["revision"] = change.Load.Revision, ["number"] = change.Number + 1 },
    };

    private static JsonArray Named(IEnumerable<string> files) => new([.. files.Take(MostNamed).Select(file => JsonValue.Create(file))]);

    private static IEnumerable<IReadOnlyList<KeptDocument>> Portions(IEnumerable<KeptDocument> documents)
    {
        List<KeptDocument> portion = [];
        var bytes = 0;
        foreach (var document in documents)
        {
            portion.Add(document);
            bytes += document.Latest.Length + (document.IsLatestInForce ? 0 : document.InForce?.Length ?? 0);
            if (portion.Count == MaxDocumentsAtOnce || bytes >= MaxBytesAtOnce)
            {
                yield return portion;
                (portion, bytes) = ([], 0);
            }
        }

        if (portion.Count > 0)
            yield return portion;
    }

    private static void Bind(Parameters parameters, KeptDocument document, long number) => parameters
        .Text("path", document.File)
        .Number("number", number)
        .Text("content_id", document.ContentId)
        .Bytes("latest", document.Latest)
        .Bytes("last_valid", document.IsLatestInForce ? null : document.InForce)
        .Time("rejected_since", document.RejectedSince);

    private static KeptLoad? LoadOf(Row row) => row.TimeOrNull("loaded_at") is { } loadedAt
        ? new KeptLoad(
            row.TextOrNull("revision"),
            loadedAt,
            row.TextOrNull("memory"),
            JsonSerializer.Deserialize<List<Finding>>(row.Text("findings")) ?? [])
        : null;

    private static KeptDocument DocumentOf(Row row)
    {
        var latest = row.Bytes("latest");
        var rejectedSince = row.TimeOrNull("rejected_since");
        return new KeptDocument(
            row.Text("path"),
            row.TextOrNull("content_id"),
            latest,
            rejectedSince is null ? latest : row.BytesOrNull("last_valid"),
            rejectedSince);
    }
}
