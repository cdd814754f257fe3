using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Escalations;

public sealed partial class EscalationStore
{
    /// <summary>Beside the decision to ask, in its transaction.</summary>
    internal const string Insert = """
        insert into request_actions (request_id, action_index, component_id, action_id, action_type, status)
        values (@id, 1000000 + @failure, '@escalation', @action_id, @action_type, 'pending')
        """;

    private const string Find = """
        select d.failure, d.decided_by, d.reason, d.created_at, a.action_type, a.status, a.attempt, a.output, a.error, a.external_reference,
          a.intent, a.waiting
        from request_decisions d
        join request_actions a
          on a.request_id = d.request_id and a.component_id = '@escalation' and a.action_id = 'stop-' || d.failure
        where d.request_id = @id and d.kind = 'escalate'
        order by d.failure desc
        limit 1
        """;

    /// <summary>Only what could not be asked is asked again; the decision is delivered once more then.</summary>
    internal const string AskAgain = """
        update request_actions
        set status = 'pending', error = null, completed_at = null
        where request_id = @id and component_id = '@escalation' and action_id = @action_id and status = 'failed'
        """;

    // Under a new id: whoever is about to mark the one before as delivered does not mean this one.
    internal const string RecordAgain = $"""
        update requests set version = version + 1, updated_at = @now where id = @id;

        update request_decisions
        set id = @decision_id, decided_by = @by, reason = @reason, delivered_at = null
        where request_id = @id and failure = @failure and kind = 'escalate';

        insert into request_log (request_id, at, level, message) values (@id, @now, 'info', @message);

        {AuditLog.Insert}
        """;

    private const string FindSubject = $"""
        select {Qualified}, r.error, d.decided_by, d.reason
        from requests r
        join request_decisions d on d.request_id = r.id and d.kind = 'escalate' and d.failure = @failure
        where r.id = @id
        """;

    private const string Qualified = "r.id, r.document, r.request_data, r.requester, r.team, r.correlation_id, r.created_at, r.trace_context";

    private const string FindMade = """
        select case component_id when '' then action_id else component_id || '/' || action_id end || ': ' || external_reference as made
        from request_actions
        where request_id = @id and component_id <> '@escalation' and external_reference is not null
        order by action_index
        """;

    private const string Fail = """
        update requests set version = version + 1, updated_at = @now where id = @id;

        update request_actions
        set status = 'failed', error = @error, completed_at = @now
        where request_id = @id and component_id = '@escalation' and action_id = @action_id and status <> 'completed';

        insert into request_log (request_id, at, level, message) values (@id, @now, 'error', @message)
        """;
}
