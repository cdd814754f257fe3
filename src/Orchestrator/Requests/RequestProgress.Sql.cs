namespace Pao.Orchestrator.Requests;

public sealed partial class RequestProgress
{
    // Updating the request first locks its row until the commit: log lines of one request get their numbers one after
    // the other, so a reader that goes on after the last number it saw misses none.
    private const string Move = """
        update requests
        set status = @to, version = version + 1, updated_at = @now, completed_at = @completed_at
        where id = @id and status = @from
        returning catalog_item_id, team, created_at
        """;

    // Reads without a lock: the start is guarded by the status that was read.
    private const string FindBeginning = $"select {FulfilmentInputs.Columns}, status, plan from requests where id = @id";

    // Three versions, the last of them its trigger keeps.
    private const string Start = """
        update requests
        set status = @to, plan = @plan, action_count = @actions, version = version + 3, updated_at = @now
        where id = @id and status = @from
        returning catalog_item_id, team, created_at
        """;

    private const string KeepPassed = """
        insert into request_changes (request_id, version, status, at)
        select id, version - 2, @first, @now from requests where id = @id
        union all
        select id, version - 1, @second, @now from requests where id = @id
        """;

    // A stop that was recorded before stops nothing, even when a person has let the request go on since.
    private const string Stop = """
        update requests
        set status = @to, failures = failures + 1, error = @error, version = version + 1, updated_at = @now
        where id = @id and status = @from
          and (@failures is null or failures = @failures)
          and not exists (select 1 from request_stops s where s.request_id = @id and s.id = @stop)
        returning catalog_item_id, team, created_at
        """;

    private const string RecordStop = """
        insert into request_stops (request_id, id, failure, created_at)
        select @id, @stop, failures, @now from requests where id = @id
        """;

    // A stop that the request had no use for, because it stands already, is answered by the decision about that one.
    private const string FindStop = """
        select coalesce(s.failure, r.failures) as failure
        from requests r left join request_stops s on s.request_id = r.id and s.id = @stop
        where r.id = @id
        """;

    private const string FindCorrelation = "select correlation_id from requests where id = @id";

    private const string PlanComponent = """
        insert into request_components (
          request_id, component_index, component_id, catalog_item_id, catalog_item_version, depends_on, status)
        values (@id, @component_index, @component_id, @catalog_item_id, @version, @depends_on, 'pending')
        on conflict (request_id, component_id) do nothing
        """;

    private const string PlanAction = """
        insert into request_actions (request_id, action_index, component_id, action_id, action_type, status)
        values (@id, @action_index, @component_id, @action_id, @action_type, 'pending')
        on conflict (request_id, component_id, action_id) do nothing
        """;

    private const string Touch = """
        update requests set version = version + 1, updated_at = @now where id = @id
        """;

    private const string PrepareAction = """
        update request_actions
        set action_config = @config, prepared = @prepared, status = @status, completed_at = @completed_at
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and status in ('pending', 'failed', 'skipped') and prepared is null and revision = @revision
        """;

    private const string FindPrepared = """
        select prepared, revision from request_actions where request_id = @id and component_id = @component_id and action_id = @action_id
        """;

    private const string CountAttempts = """
        select component_id, action_id, attempt from request_actions where request_id = @id
        """;

    private const string FailAction = """
        update request_actions
        set status = 'failed', error = @error, completed_at = @now
        where request_id = @id and component_id = '' and action_id = @action_id and status <> 'completed'
        returning action_type, started_at
        """;

    private const string FailComponent = """
        update request_components
        set status = 'failed', error = @error, completed_at = @now
        where request_id = @id and component_id = @component_id and status in ('pending', 'in_progress')
        """;

    // What has not begun cannot begin before somebody decides; what was in work has lost its orchestration.
    private const string StopComponents = """
        update request_components
        set status = 'blocked'
        where request_id = @id and status = 'pending';

        update request_components
        set status = 'failed', error = @error, completed_at = @now
        where request_id = @id and status = 'in_progress'
        """;

    private const string AppendLog = """
        insert into request_log (request_id, at, level, message, action_id, component_id)
        values (@id, @now, @level, @message, @action_id, @component_id)
        """;
}
