namespace Pao.Orchestrator.Auditing;

public sealed partial class AuditSealing
{
    private const string AnyUnsealed = "select exists (select 1 from audit_unsealed) as any";

    // One process seals at a time: where another does, this one has nothing to do. The lock ends with the transaction.
    private const string LockOnPostgres = "select case when pg_try_advisory_xact_lock(hashtext('pao.audit.seal')) then 1::bigint else 0 end as got";

    // The transaction is the only one that may write.
    private const string LockOnSqlite = "select 1 as got";

    private const string FindLast = "select sequence, hash from audit_seals order by sequence desc limit 1";

    // In whatever order they were committed: one that comes late, behind others with higher ids, gets a later place.
    private const string FindUnsealed = $"""
        select {AuditRecord.Columns}
        from audit_unsealed u
        join audit_log l on l.id = u.entry_id
        order by u.entry_id
        limit @limit
        """;

    private const string Seal = """
        insert into audit_seals (sequence, entry_id, hash, sealed_at) values (@sequence, @entry_id, @hash, @now)
        """;

    private const string Leave = "delete from audit_unsealed where entry_id = @entry_id";

    // An entry that is gone before it was sealed leaves its number here.
    private const string CountUnsealed = "select count(*) as n from audit_unsealed";

    private const string FindSeal = "select sequence, hash from audit_seals where sequence = @sequence";
}
