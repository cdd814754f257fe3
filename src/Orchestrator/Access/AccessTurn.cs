using Pao.Orchestrator.Storage;

namespace Pao.Orchestrator.Access;

/// <summary>
/// Changes of principals and keys take turns, in all processes: what one has counted or found free is so until it has
/// committed. There are few of them.
/// </summary>
internal static class AccessTurn
{
    private const string Postgres = "select 1 as turn from pg_advisory_xact_lock(hashtext('pao.access'))";

    // The transaction has the only write lock already.
    private const string Sqlite = "select 1 as turn";

    public static Task TakeAsync(Database database, Transaction transaction, CancellationToken cancellationToken) =>
        transaction.ReadAsync(database.Pick(Postgres, Sqlite), _ => { }, row => row.Number("turn"), cancellationToken);
}
