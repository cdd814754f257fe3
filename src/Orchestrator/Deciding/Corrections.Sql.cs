using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Deciding;

public sealed partial class Corrections
{
    private const string ChangeFields = """
        update requests set request_data = @fields, stored_bytes = @stored_bytes where id = @id;

        insert into request_log (request_id, at, level, message) values (@id, @now, 'info', @message)
        """;

    private const string ResumeComponents = """
        update request_components
        set status = case status when 'failed' then 'in_progress' else 'pending' end, completed_at = null
        where request_id = @id and status in ('failed', 'blocked')
        """;

    private const string RestartComponents = """
        update request_components
        set status = 'pending', completed_at = null
        where request_id = @id and status in ('failed', 'blocked', 'in_progress')
        """;

    private const string RedoComponent = """
        update request_components
        set status = 'pending', fields = null, prepared = null, outputs = null, error = null, completed_at = null
        where request_id = @id and component_id = @component_id
        """;

    // One that was never prepared has no revision to leave behind.
    private const string RedoAction = """
        update request_actions
        set revision = revision + 1, status = 'pending', action_config = null, prepared = null, output = null, error = null,
          external_reference = null, intent = null, waiting = null, waiting_since = null, waits_until = null, looked_at = null,
          parked_system = null, parked_since = null, started_at = null, completed_at = null
        where request_id = @id and component_id = @component_id and action_id = @action_id;

        delete from waiting_for where request_id = @id and component_id = @component_id and action_id = @action_id;

        insert into request_log (request_id, at, level, message, action_id, component_id)
        values (@id, @now, 'info', @message, @action_id, nullif(@component_id, ''))
        """;

    private const string StateHappened = $"""
        update request_actions
        set status = 'completed', intent = null, waiting = null, output = @output, external_reference = @external_reference, error = null,
          completed_at = @now
        where request_id = @id and component_id = @component_id and action_id = @action_id;

        {Record}
        """;

    // What was begun and is gone is not asked for under its key again: the answer could be the one that is gone.
    private const string StateNothing = $"""
        update request_actions
        set revision = revision + case intent when 'waiting' then 1 else 0 end, intent = null,
          waiting = case intent when 'waiting' then null else waiting end
        where request_id = @id and component_id = @component_id and action_id = @action_id;

        {Record}
        """;

    private const string Record = $"""
        insert into request_log (request_id, at, level, message, action_id, component_id)
        values (@id, @now, 'info', @message, @action_id, nullif(@component_id, ''));

        {AuditLog.Insert}
        """;
}
