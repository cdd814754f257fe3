using Pao.Orchestrator.Requests;

namespace Pao.Orchestrator.Deciding;

public sealed partial class Decisions
{
    private const string FindInput = $"select {FulfilmentInputs.Columns} from requests where id = @id";

    // An intent that stands may have had its effect, and one that ended badly has left something: a run that failed in its middle, a ticket.
    private const string FindDone = """
        select case component_id when '' then action_id else component_id || '/' || action_id end as path
        from request_actions
        where request_id = @id and (status = 'completed' or intent is not null or waiting is not null or external_reference is not null) and component_id <> '@escalation'
        order by action_index
        limit 1
        """;

    // What failed goes on, and what waited for it may begin.
    private const string ResumeComponents = """
        update request_components
        set status = case status when 'failed' then 'in_progress' else 'pending' end, completed_at = null
        where request_id = @id and status in ('failed', 'blocked')
        """;

    private const string FindEscalation = """
        select id, request_id, failure, kind, decided_by, reason, fields, components, effects
        from request_decisions
        where request_id = @id and failure = @failure and kind = 'escalate'
        """;

    private const string BeingAsked = """
        select status
        from request_actions
        where request_id = @id and component_id = '@escalation' and action_id = @action_id and status in ('in_progress', 'completed')
        """;

    private const string Undelivered = """
        select id, request_id, failure, kind, decided_by, reason, fields, components, effects
        from request_decisions
        where delivered_at is null and created_at <= @until
        order by created_at
        limit @limit
        """;

    private const string MarkDelivered = """
        update request_decisions set delivered_at = @now where id = @decision_id and delivered_at is null
        """;
}
