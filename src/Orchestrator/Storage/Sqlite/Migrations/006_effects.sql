-- What is known of an action's effect before it is done: 'open' from the intent to the receipt, 'waiting' while it goes on.
alter table request_actions add column intent text check (intent in ('open', 'waiting'));
alter table request_actions add column waiting text check (json_valid(waiting)); -- where the effect is found again, and what it waits for
alter table request_actions add column waiting_since integer;
alter table request_actions add column waits_until integer; -- when it is given up; null: never
alter table request_actions add column looked_at integer; -- when its source was read last
alter table request_actions add column follower text; -- the orchestration that waits for it
alter table request_actions add column parked_system text; -- which external system it waits for, before an attempt
alter table request_actions add column parked_since integer; -- since when that has been away
update request_actions set intent = 'open' where attempt > 0 and status in ('in_progress', 'failed');

-- Which orchestration waits for which events from outside.
create table waiting_for (
  hint_key text not null,
  request_id text not null references requests (id),
  component_id text not null,
  action_id text not null,
  instance_id text not null,
  primary key (hint_key, request_id, component_id, action_id)
) strict;

create index waiting_for_of_request on waiting_for (request_id, component_id, action_id);

-- Events from outside: each delivery once, kept until somebody waits for what it is about, or for some days.
create table inbound_events (
  id integer primary key autoincrement,
  source text not null,
  delivery_id text not null,
  hint_key text not null, -- one row for each
  received_at integer not null,
  delivered_at integer,
  unique (source, delivery_id, hint_key)
) strict;

create index inbound_events_undelivered on inbound_events (hint_key) where delivered_at is null;
create index inbound_events_by_age on inbound_events (received_at);

-- Decisions: two more kinds, and what they change. SQLite changes no constraint: the table is written anew.
create table request_decisions_of_four_kinds (
  id text primary key,
  request_id text not null references requests (id),
  failure integer not null, -- the stop it answers: requests.failures when it was taken
  kind text not null check (kind in ('retry', 'abort', 'escalate', 'cancel')),
  decided_by text not null,
  reason text,
  fields text check (json_valid(fields)), -- all of the request's, when some were corrected
  components text check (json_valid(components)), -- those of a bundle that are done anew
  effects text check (json_valid(effects)), -- what goes on outside and is to be cancelled
  created_at integer not null,
  delivered_at integer,
  unique (request_id, failure, kind) -- an escalated request is retried or aborted later
) strict;

insert into request_decisions_of_four_kinds (id, request_id, failure, kind, decided_by, reason, created_at, delivered_at)
select id, request_id, failure, kind, decided_by, reason, created_at, delivered_at from request_decisions;

drop table request_decisions;
alter table request_decisions_of_four_kinds rename to request_decisions;
create index request_decisions_undelivered on request_decisions (created_at) where delivered_at is null;

alter table requests add column form text; -- the pinned item's, to which corrections are held; null: nothing can be corrected
alter table requests add column plan text check (json_valid(plan)); -- how it is fulfilled, and why so; fixed before the first action

-- Items whose automation an operator has switched off.
create table automation_switches (
  catalog_item_id text primary key,
  switched_off_by text not null,
  reason text,
  switched_off_at integer not null
) strict;
