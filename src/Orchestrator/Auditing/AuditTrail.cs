using System.Runtime.CompilerServices;
using System.Text.Json;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Auditing;

/// <summary>What was audited, for those who may read it.</summary>
public sealed partial class AuditTrail(Database database)
{
    private const int AtOnce = 500;
    private const long SearchedAtOnce = 50_000;

    /// <summary>Entries, newest first.</summary>
    public Task<List<AuditRecord>> ListAsync(AuditQuery query, CancellationToken cancellationToken) => database.ReadAsync(
        List,
        p => p.Text("actor", query.Actor)
            .Text("action", query.Action)
            .Uuid("request_id", query.RequestId)
            .Text("correlation_id", query.CorrelationId)
            .Text("source_address", query.SourceAddress)
            .Time("from", query.From)
            .Time("to", query.To)
            .Time("after_at", query.After?.At)
            .Number("after_id", query.After?.Id)
            .Number("limit", query.Limit),
        row => AuditRecord.Read(row) with { Seal = SealOrNull(row) },
        cancellationToken);

    /// <summary>
    /// The chain from a place on, in its order, and then what has no place yet. A line each; a seal whose entry is gone is a
    /// line of its own.
    /// </summary>
    public async IAsyncEnumerable<string> ExportAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<SealedRow> page;
        do
        {
            page = await database.ReadAsync(
                Sealed, p => p.Number("after", after).Number("limit", AtOnce), SealedRow.Read, cancellationToken);
            foreach (var row in page)
                yield return row.Line;
            after = page is [.., var last] ? last.Sequence : after;
        }
        while (page.Count == AtOnce);

        await foreach (var record in UnsealedAsync(cancellationToken))
            yield return record.ToLine();
    }

    /// <summary>What has no place, looked for in all there is, piece by piece.</summary>
    private async IAsyncEnumerable<AuditRecord> UnsealedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = (await database.ReadAsync(LastEntry, _ => { }, row => row.Number("id"), cancellationToken)).Single();
        for (long after = 0; after < end;)
        {
            var until = after + SearchedAtOnce;
            var found = await database.ReadAsync(
                Unsealed,
                p => p.Number("after", after).Number("until", until).Number("limit", AtOnce),
                AuditRecord.Read,
                cancellationToken);
            foreach (var record in found)
                yield return record;
            after = found.Count == AtOnce ? found[^1].AdditionalEventData.Entry : until;
        }
    }

    private static AuditSeal? SealOrNull(Row row) => row.NumberOrNull("sequence") is { } sequence
        ? new ChainEnd(sequence, row.Bytes("hash")).ToSeal()
        : null;

    private sealed record SealedRow(long Sequence, string Line)
    {
        public static SealedRow Read(Row row)
        {
            var seal = new ChainEnd(row.Number("sequence"), row.Bytes("hash")).ToSeal();
            return new(seal.Sequence, row.NumberOrNull("there") is null
                ? JsonSerializer.Serialize(new Dictionary<string, AuditSeal> { [Audit.AuditChain.SealName] = seal })
                : (AuditRecord.Read(row) with { Seal = seal }).ToLine());
        }
    }
}

/// <summary>Which entries to list.</summary>
/// <param name="Actor">The id of who did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="RequestId">The request that it concerns.</param>
/// <param name="CorrelationId">Of the call.</param>
/// <param name="SourceAddress">The network address of the caller.</param>
/// <param name="From">Not before this time.</param>
/// <param name="To">Before this time.</param>
/// <param name="After">The last entry of the page before.</param>
/// <param name="Limit">At most so many.</param>
public sealed record AuditQuery(
    string? Actor, string? Action, Guid? RequestId, string? CorrelationId, string? SourceAddress, DateTimeOffset? From, DateTimeOffset? To,
    AuditCursor? After, int Limit);

/// <summary>A place in the list.</summary>
public sealed record AuditCursor(DateTimeOffset At, long Id);
