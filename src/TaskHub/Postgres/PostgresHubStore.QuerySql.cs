namespace Pao.TaskHub.Postgres;

/// <summary>What clients ask, and what removes instances that have ended.</summary>
internal sealed partial class PostgresHubStore
{
    private const string GetState = """
        select i.state, i.id, i.execution_id, i.name, i.status, i.parent_id, i.created_at, i.updated_at, i.completed_at,
          h.committed_at
        from task_hub.instance as i
        left join lateral (
          select committed_at
          from task_hub.history
          where hub = $1 and instance_id = i.id and execution_id = i.execution_id
          order by turn desc
          limit 1
        ) as h on true
        where i.hub = $1 and i.id = $2
        """;

    private const string Query = """
        select state, id, execution_id, name, status, parent_id, created_at, updated_at, completed_at
        from task_hub.instance
        where hub = $1
          and (cardinality($2::smallint[]) = 0 or status = any($2))
          and ($3::timestamptz is null or created_at >= $3)
          and ($4::timestamptz is null or created_at < $4)
          and ($5 = '' or starts_with(id, $5))
          and ($6::timestamptz is null or (created_at, id) > ($6, $7))
        order by created_at, id
        limit $8
        """;

    private const string ListCompleted = """
        select id, completed_at
        from task_hub.instance
        where hub = $1 and completed_at is not null
          and (cardinality($2::smallint[]) = 0 or status = any($2))
          and ($3::timestamptz is null or completed_at >= $3)
          and ($4::timestamptz is null or completed_at < $4)
          and ($5::timestamptz is null or (completed_at, id) > ($5, $6))
        order by completed_at, id
        limit $7
        """;

    private const string PurgeInstances = """
        with purged as (
          delete from task_hub.instance
          where hub = $1 and id = any($2) and status in (1, 3, 4, 5)
          returning id
        ),
        history as (
          delete from task_hub.history as h
          using purged
          where h.hub = $1 and h.instance_id = purged.id
        ),
        inbox as (
          delete from task_hub.inbox as m
          using purged
          where m.hub = $1 and m.instance_id = purged.id
        ),
        activity as (
          delete from task_hub.activity as a
          using purged
          where a.hub = $1 and a.instance_id = purged.id
        )
        select id
        from purged
        """;

    // Whatever the tables' statistics say: some rows of large tables, by their keys.
    private const string PreferKeys = """
        select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
        """;

    private const string PurgeCompletedInstances = """
        with old as (
          select id
          from task_hub.instance
          where hub = $1 and completed_at < $2
          order by completed_at
          limit $3
          for update skip locked -- it is being rewound, replaced or purged
        ),
        purged as (
          delete from task_hub.instance as i
          using old
          where i.hub = $1 and i.id = old.id
          returning i.id
        ),
        history as (
          delete from task_hub.history as h
          using purged
          where h.hub = $1 and h.instance_id = purged.id
        ),
        inbox as (
          delete from task_hub.inbox as m
          using purged
          where m.hub = $1 and m.instance_id = purged.id
        ),
        activity as (
          delete from task_hub.activity as a
          using purged
          where a.hub = $1 and a.instance_id = purged.id
        )
        select id
        from purged
        """;

    private const string FindOrphans = """
        select i.id
        from task_hub.instance as i
        where i.hub = $1 and i.parent_id = any($2)
          and not exists (select from task_hub.instance as p where p.hub = $1 and p.id = i.parent_id)
        """;
}
