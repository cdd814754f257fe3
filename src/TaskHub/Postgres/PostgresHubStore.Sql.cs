namespace Pao.TaskHub.Postgres;

internal sealed partial class PostgresHubStore
{
    // The transaction carries its node's name, so that others can end it when the node's lease is over. The name goes with
    // the transaction: behind a pooler the session is another client's the next moment.
    private const string BeginCommit = """
        select task_hub.begin_commit($1, $2), set_config('application_name', 'task_hub ' || $2::text, true)
        """;

    private const string Renew = """
        update task_hub.node
        set expires_at = now() + $3
        where hub = $1 and id = $2
        returning (select crashed_at from task_hub.hub where id = $1) as crashed_at
        """;

    // Rows are found one by one, by a lateral subquery that the planner cannot turn around ("offset 0", "for update"), and
    // changed by the place where they were found. A plain join with unnest becomes a scan of all that the hub has, for as
    // long as the tables are too young for statistics or have outgrown them. What is changed is locked: it stays in place.

    // In one order, before anything else is written: two nodes that write to each other's instances never deadlock.
    private const string LockInstances = """
        select 1
        from (select id from unnest($2::text[]) as w(id) order by id collate "C") as w
        cross join lateral (
          select 1
          from task_hub.instance
          where hub = $1 and id = w.id
          for update) as i
        """;

    private const string DeleteReplacedHistory = """
        delete from task_hub.history as h
        using unnest($2::text[]) as replaced(id)
        cross join lateral (
          select 1
          from task_hub.instance
          where hub = $1 and id = replaced.id and status in (1, 3, 4, 5)
          offset 0) as ended
        cross join lateral (
          select ctid
          from task_hub.history
          where hub = $1 and instance_id = replaced.id
          offset 0) as found
        where h.ctid = found.ctid
        """;

    private const string DeleteReplacedInbox = """
        delete from task_hub.inbox as m
        using unnest($2::text[]) as replaced(id)
        cross join lateral (
          select 1
          from task_hub.instance
          where hub = $1 and id = replaced.id and status in (1, 3, 4, 5)
          offset 0) as ended
        cross join lateral (
          select ctid
          from task_hub.inbox
          where hub = $1 and instance_id = replaced.id
          offset 0) as found
        where m.ctid = found.ctid
        """;

    private const string DeleteReplaced = """
        delete from task_hub.instance
        where hub = $1 and id = any($2) and status in (1, 3, 4, 5)
        """;

    private const string InsertInstances = """
        insert into task_hub.instance
          (hub, id, execution_id, name, status, parent_id, created_at, updated_at, completed_at, ready_at, state, owner)
        select $1, w.id, w.execution_id, w.name, w.status, w.parent_id, w.created_at, w.updated_at, w.completed_at, w.ready_at, w.state,
          case when w.ready_at is null and w.completed_at is null then $2 end
        from unnest($3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::timestamptz[], $9::timestamptz[],
            $10::timestamptz[], $11::timestamptz[], $12::bytea[])
          as w(id, execution_id, name, status, parent_id, created_at, updated_at, completed_at, ready_at, state)
        """;

    private const string UpdateInstances = """
        update task_hub.instance as i
        set execution_id = w.execution_id, status = w.status, updated_at = w.updated_at, completed_at = w.completed_at,
          state = w.state, attempts = w.attempts, ready_at = null, owner = case when w.completed_at is null then $2 end
        from unnest($3::text[], $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[], $8::bytea[], $9::boolean[],
            $10::smallint[])
          as w(id, execution_id, status, updated_at, completed_at, state, takes_over, attempts)
        cross join lateral (
          select ctid
          from task_hub.instance
          where hub = $1 and id = w.id
          offset 0) as found
        where i.ctid = found.ctid
          and (i.owner = $2 or (w.takes_over and i.status in (1, 3, 4, 5)))
        """;

    private const string SetAttempts = """
        update task_hub.instance as i
        set attempts = w.attempts
        from unnest($3::text[], $4::smallint[]) as w(id, attempts)
        cross join lateral (
          select ctid
          from task_hub.instance
          where hub = $1 and id = w.id
          offset 0) as found
        where i.ctid = found.ctid and (i.owner = $2) is true
        """;

    private const string SetLosses = """
        update task_hub.instance as i
        set losses = w.losses
        from unnest($3::text[], $4::text[]) as w(id, losses)
        cross join lateral (
          select ctid
          from task_hub.instance
          where hub = $1 and id = w.id
          offset 0) as found
        where i.ctid = found.ctid and (i.owner = $2) is true
        """;

    private const string InsertHistory = """
        insert into task_hub.history (hub, instance_id, execution_id, turn, events)
        select $1, w.instance_id, w.execution_id, w.turn, w.events
        from unnest($2::text[], $3::text[], $4::integer[], $5::bytea[]) as w(instance_id, execution_id, turn, events)
        """;

    private const string ForgetHistory = """
        delete from task_hub.history as h
        using unnest($2::text[], $3::text[]) as w(instance_id, execution_id)
        cross join lateral (
          select ctid
          from task_hub.history
          where hub = $1 and instance_id = w.instance_id and execution_id = w.execution_id
          offset 0) as found
        where h.ctid = found.ctid
        """;

    private const string DeleteConsumed = """
        delete from task_hub.inbox as m
        using unnest($2::text[], $3::uuid[]) as w(instance_id, id)
        cross join lateral (
          select ctid
          from task_hub.inbox
          where hub = $1 and instance_id = w.instance_id and id = w.id
          offset 0) as found
        where m.ctid = found.ctid
        """;

    private const string DeleteInboxOfEnded = """
        delete from task_hub.inbox as m
        using unnest($2::text[]) as w(instance_id)
        cross join lateral (
          select ctid
          from task_hub.inbox
          where hub = $1 and instance_id = w.instance_id
          offset 0) as found
        where m.ctid = found.ctid
        """;

    private const string InsertInbox = """
        insert into task_hub.inbox (hub, instance_id, id, execution_id, event)
        select $1, w.instance_id, w.id, w.execution_id, w.event
        from unnest($2::text[], $3::uuid[], $4::text[], $5::bytea[]) with ordinality
          as w(instance_id, id, execution_id, event, place)
        order by w.place
        """;

    // The instance's row is locked: its owner cannot give it up between this and the commit.
    private const string Deliver = """
        insert into task_hub.inbox (hub, instance_id, id, execution_id, event)
        select $1, w.instance_id, w.id, w.execution_id, w.event
        from unnest($2::text[], $3::uuid[], $4::text[], $5::bytea[]) with ordinality
          as w(instance_id, id, execution_id, event, place)
        cross join lateral (
          select 1
          from task_hub.instance
          where hub = $1 and id = w.instance_id and status not in (1, 3, 4, 5)
          offset 0) as open
        order by w.place
        """;

    private const string WakeTargets = """
        update task_hub.instance as i
        set ready_at = least(ready_at, now())
        from unnest($2::text[]) as w(id)
        cross join lateral (
          select ctid
          from task_hub.instance
          where hub = $1 and id = w.id and owner is null and status not in (1, 3, 4, 5)
          offset 0) as found
        where i.ctid = found.ctid
        """;

    private const string ReadOwners = """
        select i.id, i.owner
        from unnest($2::text[]) as w(id)
        cross join lateral (
          select id, owner
          from task_hub.instance
          where hub = $1 and id = w.id and status not in (1, 3, 4, 5)
          offset 0) as i
        """;

    private const string ReleaseInstances = """
        update task_hub.instance as i
        set owner = null, ready_at = w.ready_at, attempts = 0 -- this process has lived with it
        from unnest($3::text[], $4::timestamptz[], $5::boolean[]) as w(id, ready_at, with_messages)
        cross join lateral (
          select ctid
          from task_hub.instance
          where hub = $1 and id = w.id
          offset 0) as found
        cross join lateral (
          select exists (select 1 from task_hub.inbox where hub = $1 and instance_id = w.id) as any
          offset 0) as messages
        where i.ctid = found.ctid and (i.owner = $2) is true
          and (w.with_messages or not messages.any)
        returning i.id
        """;

    private const string CreateHub = """
        insert into task_hub.hub (name)
        values ($1)
        on conflict (name) do nothing
        """;

    private const string FindHub = """
        select id
        from task_hub.hub
        where name = $1
        """;

    private const string JoinHub = """
        insert into task_hub.node (hub, id, expires_at)
        values ($1, $2, now() + $3)
        returning now(), greatest(
          (select crashed_at from task_hub.hub where id = $1),
          (select max(expires_at) from task_hub.node where hub = $1 and not dead and expires_at <= now())) -- found now
        """;

    // By its own process, which lives: whatever others took it for.
    private const string DeclareDead = """
        update task_hub.node
        set dead = true, crashed = false
        where hub = $1 and id = $2
        """;

    private const string FindExpired = """
        select id
        from task_hub.node
        where hub = $1 and not dead and expires_at <= now()
        """;

    // A process that was stopped, or cut off, in the middle of a batch would keep its locks for as long as its connection
    // lives; its lease is over. Only what hangs: a transaction that runs is about to end by itself.
    private const string EndTransactions = """
        select pg_terminate_backend(pid, 1000)
        from pg_stat_activity
        where datname = current_database() and application_name = any($1)
          and xact_start < clock_timestamp() - interval '1 second'
        """;

    private const string DeclareExpiredDead = """
        with crashed as (
          update task_hub.node as n
          set dead = true, crashed = true
          from (
            select id
            from task_hub.node
            where hub = $1 and not dead and expires_at <= now()
            for update skip locked -- its own transaction runs still: the next look finds it
          ) as expired
          where n.hub = $1 and n.id = expired.id
          returning n.id
        )
        update task_hub.hub
        set crashed_at = now()
        where id = $1 and exists (select 1 from crashed)
        """;

    private const string RemoveEmptyDead = """
        delete from task_hub.node as n
        where n.hub = $1 and n.dead
          and not exists (select 1 from task_hub.instance as i where i.owner = n.id)
          and not exists (select 1 from task_hub.activity as a where a.hub = $1 and a.node = n.id)
        """;

    private const string ClaimInstances = """
        with due as (
          select id, attempts
          from task_hub.instance
          where hub = $1 and owner is null and ready_at <= now() and ($3::text[] is null or lower(name) = any($3))
          order by ready_at
          limit $4
          for update skip locked -- another node is taking it
        ),
        orphan as (
          select i.id, i.attempts, n.crashed
          from (select id, crashed from task_hub.node where hub = $1 and dead offset 0) as n
          cross join lateral (
            select id, attempts
            from task_hub.instance
            where owner = n.id and ($3::text[] is null or lower(name) = any($3))
            limit $4
            for update skip locked) as i
          limit $4
        )
        update task_hub.instance as i
        set owner = $2, ready_at = null,
          attempts = case when w.crashed then greatest(w.attempts, 1) else least(w.attempts, 1) end
        from (
          select id, attempts, false as crashed, false as taken_over from due
          union all
          select id, attempts, crashed, true from orphan) as w
        cross join lateral (
          select ctid
          from task_hub.instance
          where hub = $1 and id = w.id
          offset 0) as found
        where i.ctid = found.ctid
        returning i.id, i.attempts, w.taken_over, w.crashed and w.attempts > 0, i.losses
        """;

    private const string ReadStates = """
        select state, id, execution_id, name, status, parent_id, created_at, updated_at, completed_at
        from task_hub.instance
        where hub = $1 and id = any($2)
        """;

    private const string ReadTurns = """
        select h.instance_id, h.events, h.turn
        from task_hub.instance as i
        join task_hub.history as h on h.hub = $1 and h.instance_id = i.id and h.execution_id = i.execution_id
        where i.hub = $1 and i.id = any($2)
        order by h.instance_id, h.turn
        """;

    private const string ReadMessages = """
        select instance_id, id, execution_id, event
        from task_hub.inbox
        where hub = $1 and instance_id = any($2)
        order by sequence
        """;

    private const string ReadOwnInbox = """
        select m.instance_id, m.id, m.execution_id, m.event
        from task_hub.inbox as m
        join task_hub.instance as i on i.hub = $1 and i.id = m.instance_id and i.owner = $2
        where m.hub = $1
        order by m.sequence
        limit $3
        """;

    private const string Notify = "select pg_notify($1, $2)";
}
