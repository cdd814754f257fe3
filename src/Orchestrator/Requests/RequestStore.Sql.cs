using Pao.Orchestrator.Auditing;

namespace Pao.Orchestrator.Requests;

public sealed partial class RequestStore
{
    // Of submissions with one key, the others wait here for the first to end, and then insert nothing.
    private const string TakeKey = """
        insert into idempotency_keys (caller, key, body_hash, request_id, created_at)
        values (@caller, @key, @body_hash, @request_id, @now)
        on conflict (caller, key) do nothing
        """;

    private const string FindKey = """
        select body_hash, request_id from idempotency_keys where caller = @caller and key = @key
        """;

    private const string Insert = $"""
        insert into requests (
          id, catalog_item_id, catalog_item_version, item_owner, user_id, requester, team, status, request_data, document,
          form, correlation_id, trace_context, action_count, stored_bytes, created_at, updated_at)
        values (
          @id, @catalog_item_id, @catalog_item_version, @item_owner, @user_id, @requester, @team, 'submitted', @request_data, @document,
          @form, @correlation_id, @trace_context, @action_count, @stored_bytes, @now, @now);

        insert into request_log (request_id, at, level, message)
        values (@id, @now, 'info', @message);

        {AuditLog.Insert}
        """;

    internal const string Columns = """
          r.id, r.catalog_item_id, r.catalog_item_version, r.user_id, r.team, r.status, r.request_data, r.correlation_id,
          r.error, r.plan, r.action_count, r.version, r.created_at, r.updated_at, r.completed_at,
          (select count(*) from request_actions a
            where a.request_id = r.id and a.status in ('completed', 'skipped') and a.component_id <> '@escalation') as actions_done,
          (select case a.component_id when '' then a.action_id else a.component_id || '/' || a.action_id end from request_actions a
            where a.request_id = r.id and a.status in ('in_progress', 'failed') and a.component_id <> '@escalation' order by a.action_index limit 1) as current_action
        """;

    private const string Find = $"""
        select {Columns}
        from requests r
        where r.id = @id and
        """;

    private const string IsThere = """
        select 1 as one from requests where id = @id and
        """;

    private const string Actions = """
        select component_id, action_id, action_type, status, attempt, action_config, output, error, external_reference, started_at,
          completed_at, revision, intent, waiting, waiting_since, waits_until, looked_at, parked_system, parked_since
        from request_actions
        where request_id = @id and component_id <> '@escalation'
        order by action_index
        """;

    private const string Components = """
        select component_id, catalog_item_id, catalog_item_version, depends_on, status, outputs, error, started_at, completed_at
        from request_components
        where request_id = @id
        order by component_index
        """;

    private const string Log = """
        select id, at, level, message, action_id, component_id
        from request_log
        where request_id = @id and id > @after
        order by id
        limit @limit
        """;

    private const string StatesPostgres = $"""
        select {Columns} from requests r where r.id in (select value::uuid from jsonb_array_elements_text(@ids))
        """;

    private const string StatesSqlite = $"""
        select {Columns} from requests r where r.id in (select value from json_each(@ids))
        """;

    private const string VersionsPostgres = """
        select id, version from requests where id in (select value::uuid from jsonb_array_elements_text(@ids))
        """;

    private const string VersionsSqlite = """
        select id, version from requests where id in (select value from json_each(@ids))
        """;
}
