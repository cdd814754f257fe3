namespace Pao.TaskHub.Postgres;

internal sealed partial class PostgresHubStore
{
    private const string InsertActivities = """
        insert into task_hub.activity (hub, instance_id, id, execution_id, task_id, name, version, scheduled, losses)
        select $1, w.instance_id, w.id, w.execution_id, w.task_id, w.name, w.version, w.scheduled, w.losses
        from unnest($2::text[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::bytea[], $9::smallint[])
          as w(instance_id, id, execution_id, task_id, name, version, scheduled, losses)
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
        set node = null, ready_at = coalesce(w.ready_at, now()), losses = coalesce(w.losses, a.losses)
        from unnest($3::text[], $4::uuid[], $5::timestamptz[], $6::smallint[]) as w(instance_id, id, ready_at, losses)
        cross join lateral (
          select ctid
          from task_hub.activity
          where hub = $1 and instance_id = w.instance_id and id = w.id
          offset 0) as found
        where a.ctid = found.ctid and (a.node = $2) is true -- not by the index on node
        """;

    private const string SetActivityLosses = """
        update task_hub.activity as a
        set losses = w.losses
        from unnest($3::text[], $4::uuid[], $5::smallint[]) as w(instance_id, id, losses)
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

    // What a process ran that died is counted here, before anybody gets it again.
    private const string FreeActivitiesOfDead = """
        with lost as (
          select a.ctid, n.crashed
          from (select id, crashed from task_hub.node where hub = $1 and dead offset 0) as n
          cross join lateral (
            select ctid
            from task_hub.activity
            where hub = $1 and node = n.id
            for update skip locked -- another node frees it
          ) as a
        )
        update task_hub.activity as a
        set node = null, losses = a.losses + case when a.ctid = any(array(select ctid from lost where crashed)) then 1 else 0 end
        where a.ctid = any(array(select ctid from lost))
        """;

    private const string TakeActivities = """
        with waiting as (
          select ctid
          from task_hub.activity
          where hub = $1 and node is null and ready_at <= now() and name <> all($3) and losses < $5
          order by ready_at
          limit $4
          for update skip locked -- another node is taking it
        )
        update task_hub.activity as a
        set node = $2
        where a.ctid = any(array(select ctid from waiting))
        returning a.instance_id, a.id, a.execution_id, a.scheduled, a.losses
        """;

    // One, whoever of the node's workers takes it: the least lost first.
    private const string TakeSuspectActivity = """
        with suspect as (
          select ctid
          from task_hub.activity
          where hub = $1 and node is null and losses > 0 and losses >= $6 and ready_at <= now() and name <> all($3)
            and ($4::text[] is null or exists (
              select 1
              from unnest($4::text[], $5::text[]) as w(name, version)
              where w.name = activity.name and (w.version is null or w.version = activity.version)))
          order by losses, ready_at
          limit 1
          for update skip locked -- another node is taking it
        )
        update task_hub.activity as a
        set node = $2
        where a.ctid = any(array(select ctid from suspect))
        returning a.instance_id, a.id, a.execution_id, a.scheduled, a.losses
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
              and (w.version is null or a.version = w.version) and a.losses < $6
            order by a.ready_at
            limit $5
            for update skip locked -- another node is taking it
          ) as found
          limit $5
        )
        update task_hub.activity as a
        set node = $2
        where a.ctid = any(array(select ctid from waiting))
        returning a.instance_id, a.id, a.execution_id, a.scheduled, a.losses
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
