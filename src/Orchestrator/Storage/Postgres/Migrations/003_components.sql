-- The components of a request for a bundle, each fulfilled as a request for its item would be.
create table request_components (
  request_id uuid not null references requests (id),
  component_index integer not null, -- in the order of the bundle's document
  component_id text not null,
  catalog_item_id text not null,
  catalog_item_version text not null,
  depends_on jsonb not null, -- the ids of the components before it: the tickets of both are linked
  status text not null check (status in ('pending', 'in_progress', 'completed', 'failed', 'skipped', 'blocked')),
  stops integer not null default 0, -- how often it has stopped for a person
  fields jsonb, -- of its item's form, with references in place of secrets
  prepared text, -- the same as it is worked with, to the byte: rendered once, whatever becomes of the orchestration
  outputs jsonb,
  error jsonb,
  started_at timestamptz,
  completed_at timestamptz,
  primary key (request_id, component_id),
  unique (request_id, component_index),
  check (status <> 'failed' or error is not null)
);

-- Actions are told apart by component and id; those of a request for an item belong to none.
alter table request_actions add column component_id text not null default '';
alter table request_actions drop constraint request_actions_pkey;
alter table request_actions add primary key (request_id, component_id, action_id);

alter table request_log add column component_id text;
