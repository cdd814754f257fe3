namespace Pao.Orchestrator.Requests;

internal sealed partial class ActionJournal
{
    private const string Touch = """
        update requests set version = version + 1, updated_at = @now where id = @id
        """;

    private const string FindIntent = """
        select status, intent, waiting, output, external_reference, started_at
        from request_actions
        where request_id = @id and component_id = @component_id and action_id = @action_id and revision = @revision
        """;

    // An orchestration that goes on although its request stands calls nobody, and neither does one that is behind. Only a
    // request for help is made while the request stands.
    private const string Intend = """
        update request_actions
        set status = 'in_progress', revision = @revision, intent = 'open', attempt = attempt + 1,
          parked_system = null, parked_since = null, started_at = coalesce(started_at, @now), completed_at = null
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision <= @revision
          and exists (select 1 from requests r where r.id = @id
            and (r.status = 'in_progress' or (@component_id = '@escalation' and r.status in ('failed', 'escalated'))))
        """;

    private const string FindParked = """
        select parked_system
        from request_actions
        where request_id = @id and component_id = @component_id and action_id = @action_id
        """;

    // Nothing was tried: an attempt that was counted already is taken back.
    private const string Park = """
        update request_actions
        set status = 'in_progress', parked_system = @system, parked_since = coalesce(@since, @now), attempt = attempt - @attempts,
          intent = case @settled when 1 then null else intent end, started_at = coalesce(started_at, @now), completed_at = null
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision <= @revision and status <> 'completed'
          and exists (select 1 from requests r where r.id = @id
            and (r.status = 'in_progress' or (@component_id = '@escalation' and r.status in ('failed', 'escalated'))))
        """;

    private const string Wait = """
        update request_actions
        set intent = 'waiting', waiting = @waiting, external_reference = coalesce(@external_reference, external_reference),
          error = null, waiting_since = @now, waits_until = null, looked_at = @now
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision = @revision and status <> 'completed'
        """;

    // After a retry it is in work again: what failed may end badly a second time, and is made anew only then.
    private const string Follow = """
        update request_actions
        set status = case (select r.status from requests r where r.id = @id) when 'in_progress' then 'in_progress' else status end,
          completed_at = case (select r.status from requests r where r.id = @id) when 'in_progress' then null else completed_at end,
          waiting = @waiting, external_reference = coalesce(@external_reference, external_reference),
          error = null, follower = @follower, waits_until = @until, looked_at = @now
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision = @revision and intent = 'waiting' and status <> 'completed'
        """;

    private const string Cancel = """
        update request_actions
        set intent = null, waiting = null, waits_until = null
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision = @revision and intent = 'waiting'
        """;

    private const string StopListening = """
        delete from waiting_for where request_id = @id and component_id = @component_id and action_id = @action_id
        """;

    private const string Listen = """
        insert into waiting_for (hint_key, request_id, component_id, action_id, instance_id)
        values (@hint_key, @id, @component_id, @action_id, @instance_id)
        """;

    // A receipt stands: a slow first attempt that ends after the second one changes nothing.
    private const string Receive = """
        update request_actions
        set status = 'completed', intent = null, waiting = null, waits_until = null, output = @output,
          external_reference = coalesce(@external_reference, external_reference), error = null, completed_at = @now
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision = @revision and status <> 'completed'
        returning action_type, started_at
        """;

    // An effect that is over is not made again under the same key; where it was is kept, for those who want to say something there.
    private const string Fail = """
        update request_actions
        set error = @error,
          intent = case @settled when 1 then null else intent end,
          waiting = case when @settled = 1 and @ended = 0 then null else waiting end,
          revision = revision + @ended
        where request_id = @id and component_id = @component_id and action_id = @action_id
          and revision = @revision and status = 'in_progress'
        """;

    private const string AppendLog = """
        insert into request_log (request_id, at, level, message, action_id, component_id)
        select @id, @now, @level, @message || ' (attempt ' || attempt || ')' || @detail, action_id, nullif(component_id, '')
        from request_actions
        where request_id = @id and component_id = @component_id and action_id = @action_id
        """;
}
