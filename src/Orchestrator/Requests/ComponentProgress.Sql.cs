namespace Pao.Orchestrator.Requests;

public sealed partial class ComponentProgress
{
    private const string Touch = """
        update requests set version = version + 1, updated_at = @now where id = @id
        """;

    // An orchestration that has lost its request finds nothing to begin.
    private const string Begin = """
        update request_components
        set status = 'in_progress', started_at = coalesce(started_at, @now), completed_at = null
        where request_id = @id and component_id = @component_id and status = 'pending'
          and exists (select 1 from requests r where r.id = @id and r.status = 'in_progress')
        """;

    private const string CountStops = """
        select stops from request_components where request_id = @id and component_id = @component_id
        """;

    private const string FindPrepared = """
        select prepared from request_components where request_id = @id and component_id = @component_id
        """;

    private const string Prepare = """
        update request_components
        set prepared = @prepared, fields = @fields
        where request_id = @id and component_id = @component_id and status = 'in_progress'
        """;

    // Its actions count as done, or the request's progress would never be whole.
    private const string Skip = """
        update request_components
        set status = 'skipped', error = null, completed_at = @now
        where request_id = @id and component_id = @component_id and status = 'in_progress';

        update request_actions
        set status = 'skipped', completed_at = @now
        where request_id = @id and component_id = @component_id and status not in ('completed', 'skipped')
        """;

    // Stops are counted one by one: the report of an earlier one, come late, finds the count beyond it.
    private const string Fail = """
        update request_components
        set status = 'failed', stops = @stop, error = @error, completed_at = @now
        where request_id = @id and component_id = @component_id and status = 'in_progress' and stops = @stop - 1
        """;

    private const string CountAttempts = """
        select attempt from request_actions where request_id = @id and component_id = @component_id and action_id = @action_id
        """;

    private const string FailAction = """
        update request_actions
        set status = 'failed', error = @error, completed_at = @now
        where request_id = @id and component_id = @component_id and action_id = @action_id and status <> 'completed'
        returning action_type, started_at
        """;

    private const string Complete = """
        update request_components
        set status = 'completed', outputs = @outputs, error = null, completed_at = @now
        where request_id = @id and component_id = @component_id and status = 'in_progress'
        """;

    private const string AppendLog = """
        insert into request_log (request_id, at, level, message, action_id, component_id)
        values (@id, @now, @level, @message, @action_id, @component_id)
        """;
}
