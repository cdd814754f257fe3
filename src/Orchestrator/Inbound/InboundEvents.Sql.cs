namespace Pao.Orchestrator.Inbound;

public sealed partial class InboundEvents
{
    private const string Insert = """
        insert into inbound_events (source, delivery_id, hint_key, received_at)
        values (@source, @delivery_id, @hint_key, @now)
        on conflict (source, delivery_id, hint_key) do nothing
        """;

    private const string Awaited = """
        select e.id, e.hint_key
        from inbound_events e
        where e.delivered_at is null and exists (select 1 from waiting_for w where w.hint_key = e.hint_key)
        order by e.id
        limit @limit
        """;

    private const string Waiting = """
        select distinct instance_id from waiting_for where hint_key = @hint_key
        """;

    private const string MarkDelivered = """
        update inbound_events set delivered_at = @now where id = @id and delivered_at is null
        """;

    private const string Forget = """
        delete from inbound_events where received_at < @before
        """;
}
