create table task_hub.hub (
  id integer generated always as identity primary key,
  name text not null unique
);

-- A process that works on the hub. Its instances stay its own until expires_at, by this database's clock.
create table task_hub.node (
  hub integer not null references task_hub.hub,
  id uuid not null,
  expires_at timestamptz not null,
  dead boolean not null default false, -- its instances are free to take; the row goes when the last one is taken
  primary key (hub, id)
);

create table task_hub.instance (
  hub integer not null,
  id text collate "C" not null,
  execution_id text not null,
  name text not null,
  status smallint not null check (status between 0 and 7),
  parent_id text collate "C",
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz,
  owner uuid,
  ready_at timestamptz, -- without an owner: when it has something to do
  state bytea not null, -- OrchestrationState of the protocol
  primary key (hub, id)
);

create index instance_claimable on task_hub.instance (hub, ready_at) where owner is null and ready_at is not null;
create index instance_owned on task_hub.instance (hub, owner) where owner is not null;
create index instance_created on task_hub.instance (hub, created_at, id);
create index instance_completed on task_hub.instance (hub, completed_at, id) where completed_at is not null;
create index instance_children on task_hub.instance (hub, parent_id) where parent_id is not null;

-- One row a turn. The key is a fence: nobody writes a turn twice.
create table task_hub.history (
  hub integer not null,
  instance_id text collate "C" not null,
  execution_id text collate "C" not null,
  turn integer not null,
  committed_at timestamptz not null default now(),
  events bytea not null, -- HistoryChunk of the protocol
  primary key (hub, instance_id, execution_id, turn)
);

-- Messages that no committed turn has consumed.
create table task_hub.inbox (
  hub integer not null,
  instance_id text collate "C" not null,
  id uuid not null,
  sequence bigint generated always as identity,
  execution_id text,
  event bytea not null, -- HistoryEvent of the protocol
  primary key (hub, instance_id, id)
);

-- Every transaction of a node begins with this: it holds only while the node is a member, and keeps the planner from
-- turning the batch's statements into scans of tables whose statistics are behind their growth.
create function task_hub.begin_commit(hub_id integer, node_id uuid) returns timestamptz
language plpgsql as $$
begin
  perform set_config('enable_hashjoin', 'off', true),
          set_config('enable_mergejoin', 'off', true),
          set_config('enable_seqscan', 'off', true),
          set_config('plan_cache_mode', 'force_generic_plan', true);

  -- Accepted means durable, whatever the server's default is.
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  -- Shared with the node's own transactions; whoever declares the node dead waits for them, or they see it.
  perform 1
  from task_hub.node
  where hub = hub_id and id = node_id and not dead and expires_at > now()
  for share;

  if not found then
    raise exception 'Node % is no longer a member of the task hub.', node_id using errcode = 'PT001';
  end if;

  return now();
end
$$;
