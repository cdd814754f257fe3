-- What is known of an action's effect before it is done: 'open' from the intent to the receipt, 'waiting' while it goes on.
alter table request_actions add column intent text check (intent in ('open', 'waiting'));
alter table request_actions add column waiting text check (json_valid(waiting)); -- where the effect is found again, and what it waits for
alter table request_actions add column waiting_since integer;
alter table request_actions add column waits_until integer; -- when it is given up; null: never
alter table request_actions add column looked_at integer; -- when its source was read last
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
