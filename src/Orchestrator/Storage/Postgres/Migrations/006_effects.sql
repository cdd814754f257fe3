-- What is known of an action's effect before it is done: 'open' from the intent to the receipt, 'waiting' while it goes on.
alter table request_actions add column intent text check (intent in ('open', 'waiting'));
alter table request_actions add column waiting jsonb; -- where the effect is found again, and what it waits for
alter table request_actions add column waiting_since timestamptz;
alter table request_actions add column waits_until timestamptz; -- when it is given up; null: never
alter table request_actions add column looked_at timestamptz; -- when its source was read last
alter table request_actions add column follower text; -- the orchestration that waits for it
alter table request_actions add column parked_system text; -- which external system it waits for, before an attempt
alter table request_actions add column parked_since timestamptz; -- since when that has been away
update request_actions set intent = 'open' where attempt > 0 and status in ('in_progress', 'failed');

-- Which orchestration waits for which events from outside.
create table waiting_for (
  hint_key text not null,
  request_id uuid not null references requests (id),
  component_id text not null,
  action_id text not null,
  instance_id text not null,
  primary key (hint_key, request_id, component_id, action_id)
);

create index waiting_for_of_request on waiting_for (request_id, component_id, action_id);

-- Events from outside: each delivery once, kept until somebody waits for what it is about, or for some days.
create table inbound_events (
  id bigint generated always as identity primary key,
  source text not null,
  delivery_id text not null,
  hint_key text not null, -- one row for each
  received_at timestamptz not null,
  delivered_at timestamptz,
  unique (source, delivery_id, hint_key)
);

create index inbound_events_undelivered on inbound_events (hint_key) where delivered_at is null;
create index inbound_events_by_age on inbound_events (received_at);

-- Decisions: two more kinds, and what they change.
alter table request_decisions drop constraint request_decisions_kind_check;
alter table request_decisions add check (kind in ('retry', 'abort', 'escalate', 'cancel'));
alter table request_decisions drop constraint request_decisions_request_id_failure_key;
alter table request_decisions add unique (request_id, failure, kind); -- an escalated request is retried or aborted later
alter table request_decisions add column fields jsonb; -- all of the request's, when some were corrected
alter table request_decisions add column components jsonb; -- those of a bundle that are done anew
alter table request_decisions add column effects jsonb; -- what goes on outside and is to be cancelled

alter table requests add column form text; -- the pinned item's, to which corrections are held; null: nothing can be corrected
alter table requests add column plan jsonb; -- how it is fulfilled, and why so; fixed before the first action

-- Items whose automation an operator has switched off.
create table automation_switches (
  catalog_item_id text primary key,
  switched_off_by text not null,
  reason text,
  switched_off_at timestamptz not null
);
