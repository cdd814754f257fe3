using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Deciding;

public sealed partial class Completions
{
    private const string Complete = $"""
        update requests set version = version + 1, updated_at = @now where id = @id;

        update request_actions
        set status = 'completed', intent = null, waiting = null, waits_until = null, error = null, output = @output,
          external_reference = coalesce(@external_reference, external_reference), completed_at = @now
        where request_id = @id and component_id = @component_id and action_id = @action_id;

        delete from waiting_for where request_id = @id and component_id = @component_id and action_id = @action_id;

        insert into request_log (request_id, at, level, message, action_id, component_id)
        values (@id, @now, 'info', @message, @action_id, nullif(@component_id, ''));

        {AuditLog.Insert}
        """;

    private const string FindFollower = """
        select follower from request_actions where request_id = @id and component_id = @component_id and action_id = @action_id
        """;
}
