-- Times are whole microseconds since 1970-01-01 UTC.
create table node (
  id text primary key,
  dead integer not null default 0
) without rowid;

create table instance (
  id text primary key,
  execution_id text not null,
  name text not null collate nocase,
  status integer not null check (status between 0 and 7),
  parent_id text,
  created_at integer not null,
  updated_at integer not null,
  completed_at integer,
  owner text,
  ready_at integer, -- without an owner: when it has something to do
  state blob not null -- OrchestrationState of the protocol
);

create index instance_claimable on instance (ready_at) where owner is null and ready_at is not null;
create index instance_owned on instance (owner) where owner is not null;
create index instance_created on instance (created_at, id);
create index instance_completed on instance (completed_at, id) where completed_at is not null;
create index instance_children on instance (parent_id) where parent_id is not null;

-- One row a turn. The key is a fence: nobody writes a turn twice.
create table history (
  instance_id text not null,
  execution_id text not null,
  turn integer not null,
  committed_at integer not null,
  events blob not null, -- HistoryChunk of the protocol
  primary key (instance_id, execution_id, turn)
) without rowid;

-- Messages that no committed turn has consumed.
create table inbox (
  sequence integer primary key autoincrement,
  instance_id text not null,
  id text not null,
  execution_id text,
  event blob not null, -- HistoryEvent of the protocol
  unique (instance_id, id)
);
