create table requests (
  id uuid primary key,
  catalog_item_id text not null,
  catalog_item_version text not null,
  user_id text not null,
  requester jsonb not null,
  team text,
  status text not null check (status in ('submitted', 'validating', 'queued', 'in_progress', 'completed', 'failed', 'aborted', 'escalated', 'cancelled')),
  request_data jsonb not null,
  document text not null, -- the pinned catalog item, as it was written: it becomes the input of the orchestration
  correlation_id text not null,
  action_count integer not null,
  failures integer not null default 0, -- how often the request has stopped for a person
  version bigint not null default 1, -- grows with every change, so that a watcher sees one
  error jsonb,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz,
  orchestration_started_at timestamptz,
  check ((status in ('completed', 'aborted', 'cancelled')) = (completed_at is not null)),
  check (status <> 'failed' or error is not null)
);

create index requests_of_user on requests (user_id, created_at desc, id desc);
create index requests_unstarted on requests (created_at) where orchestration_started_at is null and status = 'submitted';

create table request_actions (
  request_id uuid not null references requests (id),
  action_index integer not null,
  action_id text not null,
  action_type text not null,
  action_config jsonb, -- as prepared: rendered, with references in place of secrets
  status text not null check (status in ('pending', 'in_progress', 'completed', 'failed', 'skipped')),
  revision integer not null default 0,
  attempt integer not null default 0,
  output jsonb,
  error jsonb,
  external_reference text,
  started_at timestamptz,
  completed_at timestamptz,
  primary key (request_id, action_id),
  unique (request_id, action_index)
);

create table request_log (
  id bigint generated always as identity primary key,
  request_id uuid not null references requests (id),
  at timestamptz not null,
  level text not null check (level in ('info', 'warning', 'error')),
  message text not null,
  action_id text
);

create index request_log_of_request on request_log (request_id, id);

create table request_decisions (
  id uuid primary key,
  request_id uuid not null references requests (id),
  failure integer not null, -- the stop it answers: requests.failures when it was taken
  kind text not null check (kind in ('retry', 'abort')),
  decided_by text not null,
  reason text,
  created_at timestamptz not null,
  delivered_at timestamptz,
  unique (request_id, failure)
);

create index request_decisions_undelivered on request_decisions (created_at) where delivered_at is null;

create table idempotency_keys (
  caller text not null,
  key text not null,
  body_hash text not null,
  request_id uuid not null references requests (id) deferrable initially deferred, -- the key is taken first: whoever has it makes the request
  created_at timestamptz not null,
  primary key (caller, key)
);

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  request_id uuid,
  correlation_id text,
  details jsonb
);

create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_log is append-only';
end $$;

create trigger audit_log_append_only before update or delete or truncate on audit_log
  for each statement execute function audit_log_is_append_only();
