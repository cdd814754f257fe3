-- The components of a request for a bundle, each fulfilled as a request for its item would be.
create table request_components (
  request_id text not null references requests (id),
  component_index integer not null, -- in the order of the bundle's document
  component_id text not null,
  catalog_item_id text not null,
  catalog_item_version text not null,
  depends_on text not null check (json_valid(depends_on)), -- the ids of the components before it: the tickets of both are linked
  status text not null check (status in ('pending', 'in_progress', 'completed', 'failed', 'skipped', 'blocked')),
  stops integer not null default 0, -- how often it has stopped for a person
  fields text check (json_valid(fields)), -- of its item's form, with references in place of secrets
  prepared text, -- the same as it is worked with, to the byte: rendered once, whatever becomes of the orchestration
  outputs text check (json_valid(outputs)),
  error text check (json_valid(error)),
  started_at integer,
  completed_at integer,
  primary key (request_id, component_id),
  unique (request_id, component_index),
  check (status <> 'failed' or error is not null)
) strict;

-- Actions are told apart by component and id; those of a request for an item belong to none. SQLite changes no primary
-- key: the table is written anew.
create table request_actions_by_component (
  request_id text not null references requests (id),
  action_index integer not null,
  component_id text not null default '',
  action_id text not null,
  action_type text not null,
  action_config text check (json_valid(action_config)), -- as prepared: rendered, with references in place of secrets
  status text not null check (status in ('pending', 'in_progress', 'completed', 'failed', 'skipped')),
  revision integer not null default 0,
  attempt integer not null default 0,
  output text check (json_valid(output)),
  error text check (json_valid(error)),
  external_reference text,
  started_at integer,
  completed_at integer,
  prepared text, -- as it goes out, to the byte: rendered once, whatever becomes of the orchestration
  primary key (request_id, component_id, action_id),
  unique (request_id, action_index)
) strict;

insert into request_actions_by_component (
  request_id, action_index, action_id, action_type, action_config, status, revision, attempt, output, error,
  external_reference, started_at, completed_at, prepared)
select
  request_id, action_index, action_id, action_type, action_config, status, revision, attempt, output, error,
  external_reference, started_at, completed_at, prepared
from request_actions;

drop table request_actions;
alter table request_actions_by_component rename to request_actions;

alter table request_log add column component_id text;
