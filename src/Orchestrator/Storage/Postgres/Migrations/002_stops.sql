-- Each stop of a request: whoever records one again finds its number here.
create table request_stops (
  request_id uuid not null references requests (id),
  id uuid not null,
  failure integer not null, -- requests.failures as of this stop: the number that a decision answers
  created_at timestamptz not null,
  primary key (request_id, id),
  unique (request_id, failure)
);

alter table request_actions add column prepared text; -- as it goes out, to the byte: rendered once, whatever becomes of the orchestration

create index requests_open on requests (id) where status in ('submitted', 'validating', 'queued', 'in_progress');
