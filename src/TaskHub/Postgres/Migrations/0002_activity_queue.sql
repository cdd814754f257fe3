-- Activities of running executions that wait for, or are in the hands of, whichever node has a worker for them. All others
-- are in their owner's memory alone. A row goes with its activity's end, or with the execution.
create table task_hub.activity (
  hub integer not null,
  instance_id text collate "C" not null,
  id uuid not null,
  execution_id text collate "C" not null,
  task_id integer not null,
  name text collate "C" not null, -- in lower case, as version: workers' filters know no case
  version text collate "C" not null default '', -- '' for none
  scheduled bytea not null, -- HistoryEvent of the protocol
  node uuid, -- who runs it; null while it waits
  ready_at timestamptz not null default now(), -- nobody takes it before
  created_at timestamptz not null default now(),
  primary key (hub, instance_id, id)
);

create index activity_waiting on task_hub.activity (hub, ready_at) where node is null;
create index activity_named on task_hub.activity (hub, name, ready_at) where node is null;
create index activity_taken on task_hub.activity (hub, node) where node is not null;
