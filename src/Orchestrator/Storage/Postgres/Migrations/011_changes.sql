-- Every version that a request had, so that whoever watches it is told each one, also after a pause. Written by the database
-- itself: no statement that changes a request can forget it. The request's row is locked until the commit, so its versions
-- are seen in their order.
create table request_changes (
  request_id uuid not null references requests (id),
  version bigint not null,
  status text not null,
  at timestamptz not null,
  primary key (request_id, version)
);

insert into request_changes (request_id, version, status, at) select id, version, status, updated_at from requests;

create function request_changes_keep() returns trigger language plpgsql as $$
begin
  insert into pao.request_changes (request_id, version, status, at) values (new.id, new.version, new.status, new.updated_at);
  return null;
end $$;

create trigger request_changes_of_new after insert on requests
  for each row execute function request_changes_keep();

create trigger request_changes_of_changed after update of version on requests
  for each row when (new.version <> old.version) execute function request_changes_keep();
