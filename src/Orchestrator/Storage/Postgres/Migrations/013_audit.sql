-- From where, and what it changed. Entries of before have none of it.
alter table audit_log
  add column event_id uuid,
  add column actor_kind text check (actor_kind in ('principal', 'service', 'webhook', 'unknown')),
  add column source_address text,
  add column user_agent text,
  add column error_code text,
  add column state_before jsonb,
  add column state_after jsonb,
  add column folded integer; -- for how many more of the same kind it stands

create index if not exists audit_log_by_time on audit_log (at, id);
create index if not exists audit_log_of_actor on audit_log (actor, at, id);
create index if not exists audit_log_of_request on audit_log (request_id, at, id) where request_id is not null;
create index if not exists audit_log_of_correlation on audit_log (correlation_id, at, id) where correlation_id is not null;

-- The chain: each entry has a place and a hash, given soon after its commit. Neither it nor its seal is ever changed.
create table audit_seals (
  sequence bigint primary key,
  entry_id bigint not null unique,
  hash bytea not null check (octet_length(hash) = 32),
  sealed_at timestamptz not null
);

create function audit_seals_are_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_seals is append-only';
end $$;

create trigger audit_seals_append_only before update or delete or truncate on audit_seals
  for each statement execute function audit_seals_are_append_only();

-- What has no place yet. By a trigger: whoever writes an entry cannot forget it.
create table audit_unsealed (entry_id bigint primary key);

create function audit_log_awaits_its_seal() returns trigger language plpgsql as $$
begin
  insert into audit_unsealed (entry_id) values (new.id);
  return null;
end $$;

create trigger audit_log_awaits_its_seal after insert on audit_log
  for each row execute function audit_log_awaits_its_seal();

-- The chain begins with what is there.
insert into audit_unsealed (entry_id) select id from audit_log;
