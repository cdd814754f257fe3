namespace Pao.TaskHub.Postgres;

internal sealed partial class PostgresHubStore
{
    private const string InsertActivities = """
        insert into task_hub.activity (hub, instance_id, id, execution_id, task_id, name, version, scheduled)
        select $1, w.instance_id, w.id, w.execution_id, w.task_id, w.name, w.version, w.scheduled
        from unnest($2::text[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::bytea[])
          as w(instance_id, id, execution_id, task_id, name, version, scheduled)
        """;

    // As in PostgresHubStore.Sql.cs the planner is left no choice: a plain join with unnest reads all that the hub has, on a
    // table too young for statistics. By place only where nobody else can move the row, or where the next look finds it;
    // elsewhere "any" brings the key's index in.

    private const string ForgetActivities = """
        delete from task_hub.activity as a
        using unnest($2::text[], $3::text[]) as w(instance_id, execution_id)
        where a.hub = $1 and a.instance_id = any($2)
          and a.instance_id = w.instance_id and a.execution_id = w.execution_id
        """;

    private const string ReturnActivities = """
        update task_hub.activity as a
        set node = null, ready_at = coalesce(w.ready_at, now())
        from unnest($3::text[], $4::uuid[], $5::timestamptz[]) as w(instance_id, id, ready_at)
        cross join lateral (
          select ctid
          from task_hub.activity
          where hub = $1 and instance_id = w.instance_id and id = w.id
          offset 0) as found
        where a.ctid = found.ctid and (a.node = $2) is true -- not by the index on node
        """;

    // The row must still be the node's: otherwise another runs the activity, or its execution is over. The instance's row
    // is locked: its owner cannot give it up between this and the commit.
    private const string EndActivities = """
        with ended as (
          delete from task_hub.activity as a
          using unnest($3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[])
            as w(instance_id, id, message_id, execution_id, event)
          cross join lateral (
            select ctid
            from task_hub.activity
            where hub = $1 and instance_id = w.instance_id and id = w.id
            offset 0) as found
          where a.ctid = found.ctid and (a.node = $2) is true -- not by the index on node
          returning a.id, w.instance_id, w.message_id, w.execution_id, w.event
        ),
        told as (
          insert into task_hub.inbox (hub, instance_id, id, execution_id, event)
          select $1, e.instance_id, e.message_id, e.execution_id, e.event
          from ended as e
          cross join lateral (
            select 1
            from task_hub.instance
            where hub = $1 and id = e.instance_id and status not in (1, 3, 4, 5)
            offset 0) as open
        )
        select id as ended
        from ended
        """;

    // Its own under an earlier id, unless another node has taken it meanwhile.
    private const string KeepActivities = """
        update task_hub.activity as a
        set node = $2
        from unnest($3::text[], $4::uuid[]) as w(instance_id, id)
        where a.hub = $1 and a.instance_id = any($3)
          and a.instance_id = w.instance_id and a.id = w.id
          and (a.node is null
            or exists (select 1 from task_hub.node as n where n.hub = $1 and n.id = a.node and n.dead))
        returning a.id as kept
        """;

    private const string FreeActivitiesOfDead = """
        with lost as (
          select a.ctid
          from (select id from task_hub.node where hub = $1 and dead offset 0) as n
          cross join lateral (
            select ctid
            from task_hub.activity
            where hub = $1 and node = n.id
            for update skip locked -- another node frees it
          ) as a
        )
        update task_hub.activity as a
        set node = null
        where a.ctid = any(array(select ctid from lost))
        """;

    private const string TakeActivities = """
        with waiting as (
          select ctid
          from task_hub.activity
          where hub = $1 and node is null and ready_at <= now() and name <> all($3)
          order by ready_at
          limit $4
          for update skip locked -- another node is taking it
        )
        update task_hub.activity as a
        set node = $2
        where a.ctid = any(array(select ctid from waiting))
        returning a.instance_id, a.id, a.execution_id, a.scheduled
        """;

    // Name by name, so that activities that nobody here takes are not even looked at.
    private const string TakeNamedActivities = """
        with waiting as (
          select found.ctid
          from unnest($3::text[], $4::text[]) as w(name, version)
          cross join lateral (
            select a.ctid
            from task_hub.activity as a
            where a.hub = $1 and a.node is null and a.name = w.name and a.ready_at <= now()
              and (w.version is null or a.version = w.version)
            order by a.ready_at
            limit $5
            for update skip locked -- another node is taking it
          ) as found
          limit $5
        )
        update task_hub.activity as a
        set node = $2
        where a.ctid = any(array(select ctid from waiting))
        returning a.instance_id, a.id, a.execution_id, a.scheduled
        """;

    private const string HasPeers = """
        select exists (
          select 1
          from task_hub.node
          where hub = $1 and id <> $2 and not dead and expires_at > now()) as peers
        """;

    private const string ReadQueuedTasks = """
        select a.instance_id, a.task_id
        from task_hub.instance as i
        join task_hub.activity as a on a.hub = $1 and a.instance_id = i.id and a.execution_id = i.execution_id
        where i.hub = $1 and i.id = any($2)
        """;
}
