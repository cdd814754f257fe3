using Pao.Audit;
using Pao.DurableTask;
using Pao.Orchestrator.Requests;
using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Auditing;

/// <summary>
/// Gives entries their places in the chain, soon after they were committed. No transaction that writes an entry waits for the
/// chain, and none for another; what they commit in whichever order is brought into one here, by one process at a time.
/// </summary>
public sealed partial class AuditSealing(Database database, TimeProvider time)
{
    private const int AtOnce = 500;

    /// <summary>Seals what has no place yet.</summary>
    /// <returns>What was sealed, oldest place first; nothing when another process is at it.</returns>
    public async Task<IReadOnlyList<AuditRecord>> SealSomeAsync(CancellationToken cancellationToken)
    {
        var any = await database.ReadAsync(AnyUnsealed, _ => { }, row => row.Truth("any"), cancellationToken);
        if (!any.Single())
            return [];

        var records = await database.WriteAsync(transaction => SealAsync(transaction, cancellationToken), cancellationToken);
        CrashPoint.Reach("audit.after-seal");
        return records;
    }

    /// <summary>How far the chain has come, and how many entries wait for their place.</summary>
    public async Task<ChainState> StateAsync(CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync(FindLast, _ => { }, ReadEnd, cancellationToken);
        var unsealed = await database.ReadAsync(CountUnsealed, _ => { }, row => row.Number("n"), cancellationToken);
        return new ChainState(last.SingleOrDefault() ?? ChainEnd.Beginning, unsealed.Single());
    }

    /// <returns>The seal at a place; null when there is none.</returns>
    public async Task<ChainEnd?> FindAsync(long sequence, CancellationToken cancellationToken) => sequence == 0
        ? ChainEnd.Beginning
        : (await database.ReadAsync(FindSeal, p => p.Number("sequence", sequence), ReadEnd, cancellationToken)).SingleOrDefault();

    private async Task<IReadOnlyList<AuditRecord>> SealAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        var got = await transaction.ReadAsync(database.Pick(LockOnPostgres, LockOnSqlite), _ => { }, row => row.Number("got"), cancellationToken);
        if (got.Single() == 0)
            return [];

        var end = (await transaction.ReadAsync(FindLast, _ => { }, ReadEnd, cancellationToken)).SingleOrDefault() ?? ChainEnd.Beginning;
        var records = await transaction.ReadAsync(FindUnsealed, p => p.Number("limit", AtOnce), AuditRecord.Read, cancellationToken);
        if (records.Count == 0)
            return []; // another process has just sealed them

        List<(long Entry, ChainEnd End)> seals = [];
        foreach (var record in records)
        {
            end = end.After(record);
            seals.Add((record.AdditionalEventData.Entry, end));
        }

        var now = Clock.Microseconds(time);
        await transaction.ExecuteAsync(
            Seal,
            seals,
            (p, seal) => p.Number("sequence", seal.End.Sequence).Number("entry_id", seal.Entry).Bytes("hash", seal.End.Hash).Time("now", now),
            cancellationToken);
        CrashPoint.Reach("audit.before-seal");
        await transaction.ExecuteAsync(Leave, seals, (p, seal) => p.Number("entry_id", seal.Entry), cancellationToken);
        return [.. records.Zip(seals, (record, seal) => record with { Seal = seal.End.ToSeal() })];
    }

    private static ChainEnd ReadEnd(Row row) => new(row.Number("sequence"), row.Bytes("hash"));
}

/// <summary>The last place that was given, and its hash.</summary>
public sealed record ChainEnd(long Sequence, ReadOnlyMemory<byte> Hash)
{
    public static ChainEnd Beginning { get; } = new(0, AuditChain.Beginning);

    public AuditSeal ToSeal() => new(Sequence, Convert.ToHexStringLower(Hash.Span));

    internal ChainEnd After(AuditRecord record) => new(Sequence + 1, AuditChain.Hash(Hash.Span, Sequence + 1, record.ToJson()));
}

/// <param name="End">How far the chain has come.</param>
/// <param name="Unsealed">How many entries wait for their place.</param>
public sealed record ChainState(ChainEnd End, long Unsealed);
