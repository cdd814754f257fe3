namespace Pao.Orchestrator.Requests;

public sealed partial class Decisions
{
    private const string Find = """
        select status, failures, correlation_id from requests where id = @id and (@user_id is null or user_id = @user_id)
        """;

    private const string FindDecision = """
        select kind from request_decisions where request_id = @id and failure = @failure
        """;

    // The guard on status and failures lets one of two simultaneous decisions through; the other changes no row.
    private const string Move = """
        update requests
        set status = @to, version = version + 1, updated_at = @now, completed_at = @completed_at
        where id = @id and status = @from and failures = @failure
        """;

    // What failed goes on, and what waited for it may begin.
    private const string ResumeComponents = """
        update request_components
        set status = case status when 'failed' then 'in_progress' else 'pending' end, completed_at = null
        where request_id = @id and status in ('failed', 'blocked')
        """;

    private const string Insert = """
        insert into request_decisions (id, request_id, failure, kind, decided_by, reason, created_at)
        values (@decision_id, @id, @failure, @kind, @by, @reason, @now);

        insert into request_log (request_id, at, level, message)
        values (@id, @now, 'info', @message);

        insert into audit_log (at, actor, action, request_id, correlation_id, details)
        values (@now, @by, @action, @id, @correlation_id, @details)
        """;

    private const string Undelivered = """
        select id, request_id, failure, kind, decided_by, reason
        from request_decisions
        where delivered_at is null and created_at <= @until
        order by created_at
        limit @limit
        """;

    private const string MarkDelivered = """
        update request_decisions set delivered_at = @now where id = @decision_id and delivered_at is null
        """;
}
