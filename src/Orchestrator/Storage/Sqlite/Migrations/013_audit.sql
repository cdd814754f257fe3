-- From where, and what it changed. Entries of before have none of it.
alter table audit_log add column event_id text;
alter table audit_log add column actor_kind text check (actor_kind in ('principal', 'service', 'webhook', 'unknown'));
alter table audit_log add column source_address text;
alter table audit_log add column user_agent text;
alter table audit_log add column error_code text;
alter table audit_log add column state_before text check (json_valid(state_before));
alter table audit_log add column state_after text check (json_valid(state_after));
alter table audit_log add column folded integer; -- for how many more of the same kind it stands

create index if not exists audit_log_by_time on audit_log (at, id);
create index if not exists audit_log_of_actor on audit_log (actor, at, id);
create index if not exists audit_log_of_request on audit_log (request_id, at, id) where request_id is not null;
create index if not exists audit_log_of_correlation on audit_log (correlation_id, at, id) where correlation_id is not null;

-- The chain: each entry has a place and a hash, given soon after its commit. Neither it nor its seal is ever changed.
create table audit_seals (
  sequence integer primary key,
  entry_id integer not null unique,
  hash blob not null check (length(hash) = 32),
  sealed_at integer not null
) strict;

create trigger audit_seals_keep_entries before update on audit_seals
begin
  select raise(abort, 'audit_seals is append-only');
end;

create trigger audit_seals_lose_nothing before delete on audit_seals
begin
  select raise(abort, 'audit_seals is append-only');
end;

-- What has no place yet. By a trigger: whoever writes an entry cannot forget it.
create table audit_unsealed (entry_id integer primary key) strict;

create trigger audit_log_awaits_its_seal after insert on audit_log
begin
  insert into audit_unsealed (entry_id) values (new.id);
end;

-- The chain begins with what is there.
insert into audit_unsealed (entry_id) select id from audit_log;
