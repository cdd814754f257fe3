-- Ids are text in lower case, times are microseconds since 1970, JSON is text.
create table requests (
  id text primary key,
  catalog_item_id text not null,
  catalog_item_version text not null,
  user_id text not null,
  requester text not null check (json_valid(requester)),
  team text,
  status text not null check (status in ('submitted', 'validating', 'queued', 'in_progress', 'completed', 'failed', 'aborted', 'escalated', 'cancelled')),
  request_data text not null check (json_valid(request_data)),
  document text not null, -- the pinned catalog item, as it was written: it becomes the input of the orchestration
  correlation_id text not null,
  action_count integer not null,
  failures integer not null default 0, -- how often the request has stopped for a person
  version integer not null default 1, -- grows with every change, so that a watcher sees one
  error text check (json_valid(error)),
  created_at integer not null,
  updated_at integer not null,
  completed_at integer,
  orchestration_started_at integer,
  check ((status in ('completed', 'aborted', 'cancelled')) = (completed_at is not null)),
  check (status <> 'failed' or error is not null)
) strict;

create index requests_of_user on requests (user_id, created_at desc, id desc);
create index requests_unstarted on requests (created_at) where orchestration_started_at is null and status = 'submitted';

create table request_actions (
  request_id text not null references requests (id),
  action_index integer not null,
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
  primary key (request_id, action_id),
  unique (request_id, action_index)
) strict;

create table request_log (
  id integer primary key autoincrement,
  request_id text not null references requests (id),
  at integer not null,
  level text not null check (level in ('info', 'warning', 'error')),
  message text not null,
  action_id text
) strict;

create index request_log_of_request on request_log (request_id, id);

create table request_decisions (
  id text primary key,
  request_id text not null references requests (id),
  failure integer not null, -- the stop it answers: requests.failures when it was taken
  kind text not null check (kind in ('retry', 'abort')),
  decided_by text not null,
  reason text,
  created_at integer not null,
  delivered_at integer,
  unique (request_id, failure)
) strict;

create index request_decisions_undelivered on request_decisions (created_at) where delivered_at is null;

create table idempotency_keys (
  caller text not null,
  key text not null,
  body_hash text not null,
  request_id text not null references requests (id) deferrable initially deferred, -- the key is taken first: whoever has it makes the request
  created_at integer not null,
  primary key (caller, key)
) strict;

create table audit_log (
  id integer primary key autoincrement,
  at integer not null,
  actor text not null,
  action text not null,
  request_id text,
  correlation_id text,
  details text check (json_valid(details))
) strict;

create trigger audit_log_keeps_entries before update on audit_log
begin
  select raise(abort, 'audit_log is append-only');
end;

create trigger audit_log_loses_nothing before delete on audit_log
begin
  select raise(abort, 'audit_log is append-only');
end;
