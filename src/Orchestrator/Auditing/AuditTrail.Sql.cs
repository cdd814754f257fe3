namespace Pao.Orchestrator.Auditing;

public sealed partial class AuditTrail
{
    // Newest first, as the other lists; a seal that has lost its entry is in the export only.
    private const string List = $"""
        select {AuditRecord.Columns}, s.sequence, s.hash
        from audit_log l
        left join audit_seals s on s.entry_id = l.id
        where (@actor is null or l.actor = @actor)
          and (@action is null or l.action = @action)
          and (@request_id is null or l.request_id = @request_id)
          and (@correlation_id is null or l.correlation_id = @correlation_id)
          and (@source_address is null or l.source_address = @source_address)
          and (@from is null or l.at >= @from)
          and (@to is null or l.at < @to)
          and (@after_at is null or (l.at, l.id) < (@after_at, @after_id))
        order by l.at desc, l.id desc
        limit @limit
        """;

    private const string Sealed = $"""
        select s.sequence, s.hash, l.id as there, {AuditRecord.Columns}
        from audit_seals s
        left join audit_log l on l.id = s.entry_id
        where s.sequence > @after
        order by s.sequence
        limit @limit
        """;

    private const string LastEntry = "select coalesce(max(id), 0) as id from audit_log";

    // Not those that wait for a seal: those that have none, so that one which was taken from the queue shows.
    private const string Unsealed = $"""
        select {AuditRecord.Columns}
        from audit_log l
        where l.id > @after and l.id <= @until and not exists (select 1 from audit_seals s where s.entry_id = l.id)
        order by l.id
        limit @limit
        """;
}
