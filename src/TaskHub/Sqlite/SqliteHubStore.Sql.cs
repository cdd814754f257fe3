namespace Pao.TaskHub.Sqlite;

internal sealed partial class SqliteHubStore
{
    private const string IsMember = """
        select 1
        from node
        where id = @node and not dead
        """;

    private const string DeleteReplacedHistory = """
        delete from history
        where instance_id = @id
          and exists (select 1 from instance where id = @id and status in (1, 3, 4, 5))
        """;

    private const string DeleteReplacedInbox = """
        delete from inbox
        where instance_id = @id
          and exists (select 1 from instance where id = @id and status in (1, 3, 4, 5))
        """;

    private const string DeleteReplaced = """
        delete from instance
        where id = @id and status in (1, 3, 4, 5)
        """;

    private const string InsertInstance = """
        insert into instance
          (id, execution_id, name, status, parent_id, created_at, updated_at, completed_at, owner, ready_at, state)
        values
          (@id, @execution_id, @name, @status, @parent_id, @created_at, @updated_at, @completed_at, @owner, @ready_at, @state)
        on conflict do nothing
        """;

    private const string UpdateInstance = """
        update instance
        set execution_id = @execution_id, status = @status, updated_at = @updated_at, completed_at = @completed_at,
          state = @state, attempts = @attempts, ready_at = null, owner = @owner
        where id = @id and (owner = @node or (@takes_over and status in (1, 3, 4, 5)))
        """;

    private const string SetAttempts = """
        update instance
        set attempts = @attempts
        where id = @id and owner = @node
        """;

    private const string SetLosses = """
        update instance
        set losses = @losses
        where id = @id and owner = @node
        """;

    private const string InsertHistory = """
        insert into history (instance_id, execution_id, turn, committed_at, events)
        values (@instance_id, @execution_id, @turn, @now, @events)
        on conflict do nothing
        """;

    private const string ForgetHistory = """
        delete from history
        where instance_id = @instance_id and execution_id = @execution_id
        """;

    private const string DeleteConsumed = """
        delete from inbox
        where instance_id = @instance_id and id = @id
        """;

    private const string DeleteInboxOfEnded = """
        delete from inbox
        where instance_id = @instance_id
        """;

    private const string InsertInbox = """
        insert into inbox (instance_id, id, execution_id, event)
        values (@instance_id, @id, @execution_id, @event)
        """;

    private const string WakeTarget = """
        update instance
        set ready_at = min(coalesce(ready_at, @now), @now)
        where id = @id and owner is null and status not in (1, 3, 4, 5)
        """;

    private const string ReadOwner = """
        select owner
        from instance
        where id = @id and status not in (1, 3, 4, 5)
        """;

    private const string ReleaseInstance = """
        update instance
        set owner = null, ready_at = @ready_at, attempts = 0 -- this process has lived with it
        where id = @id and owner = @node
          and (@with_messages or not exists (select 1 from inbox where instance_id = @id))
        """;

    private const string FindUnleft = """
        select 1
        from node
        where not dead and id is not @follows
        limit 1
        """;

    // A node that did not leave and is not this process's own was a process that died.
    private const string DeclareOthersDead = """
        update node
        set dead = 1, crashed = crashed or (not dead and id is not @follows)
        """;

    private const string InsertNode = """
        insert into node (id)
        values (@node)
        """;

    private const string DeclareDead = """
        update node
        set dead = 1
        where id = @node
        """;

    private const string RemoveEmptyDead = """
        delete from node
        where dead and not exists (select 1 from instance where owner = node.id)
        """;

    private const string FindDue = """
        select id, min(attempts, 1), 0, 0, losses
        from instance
        where owner is null and ready_at <= @now
          and (@names is null or name in (select value from json_each(@names)))
        order by ready_at
        limit @limit
        """;

    // A cross join: from the few nodes to their instances, not through all that are owned.
    private const string FindOrphans = """
        select i.id, case when node.crashed then max(i.attempts, 1) else min(i.attempts, 1) end, 1, node.crashed and i.attempts > 0, i.losses
        from node
        cross join instance as i
        where node.dead and i.owner = node.id
          and (@names is null or i.name in (select value from json_each(@names)))
        limit @limit
        """;

    private const string TakeInstance = """
        update instance
        set owner = @node, ready_at = null, attempts = @attempts
        where id = @id
        """;

    private const string ReadState = """
        select state, id, execution_id, name, status, parent_id, created_at, updated_at, completed_at
        from instance
        where id = @id
        """;

    private const string ReadTurns = """
        select h.events, h.turn
        from instance as i
        join history as h on h.instance_id = i.id and h.execution_id = i.execution_id
        where i.id = @id
        order by h.turn
        """;

    private const string ReadMessages = """
        select instance_id, id, execution_id, event
        from inbox
        where instance_id = @id
        order by sequence
        """;

    private const string ReadOwnInbox = """
        select m.instance_id, m.id, m.execution_id, m.event
        from inbox as m
        join instance as i on i.id = m.instance_id and i.owner = @node
        order by m.sequence
        limit @limit
        """;

    private const string GetState = """
        select i.state, i.id, i.execution_id, i.name, i.status, i.parent_id, i.created_at, i.updated_at, i.completed_at, (
          select h.committed_at
          from history as h
          where h.instance_id = i.id and h.execution_id = i.execution_id
          order by h.turn desc
          limit 1)
        from instance as i
        where i.id = @id
        """;

    private const string Query = """
        select state, id, execution_id, name, status, parent_id, created_at, updated_at, completed_at
        from instance
        where (@statuses = '[]' or status in (select value from json_each(@statuses)))
          and (@created_from is null or created_at >= @created_from)
          and (@created_to is null or created_at < @created_to)
          and (@prefix = '' or substr(id, 1, length(@prefix)) = @prefix)
          and (@after_time is null or (created_at, id) > (@after_time, @after_id))
        order by created_at, id
        limit @limit
        """;

    private const string ListCompleted = """
        select id, completed_at
        from instance
        where completed_at is not null
          and (@statuses = '[]' or status in (select value from json_each(@statuses)))
          and (@completed_from is null or completed_at >= @completed_from)
          and (@completed_to is null or completed_at < @completed_to)
          and (@after_time is null or (completed_at, id) > (@after_time, @after_id))
        order by completed_at, id
        limit @limit
        """;

    private const string FindCompletedBefore = """
        select id
        from instance
        where completed_at < @before
        order by completed_at
        limit @limit
        """;

    private const string FindOrphansOf = """
        select i.id
        from instance as i
        where i.parent_id = @id and not exists (select 1 from instance as p where p.id = i.parent_id)
        """;
}
