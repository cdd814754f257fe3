-- Every version that a request had, so that whoever watches it is told each one, also after a pause. Written by the database
-- itself: no statement that changes a request can forget it. The request's row is locked until the commit, so its versions
-- are seen in their order.
create table request_changes (
  request_id uuid not null,
  version bigint not null,
  status text not null,
  at timestamptz not null
);

insert into request_changes (request_id, version, status, at) select id, version, status, updated_at from requests;

-- Afterwards: one sort and one join take a third of the time that row by row takes.
alter table request_changes add primary key (request_id, version), add foreign key (request_id) references requests (id);

create function request_changes_keep() returns trigger language plpgsql as $$
begin
  insert into pao.request_changes (request_id, version, status, at) values (new.id, new.version, new.status, new.updated_at);
  return null;
end $$;

create trigger request_changes_of_new after insert on requests
  for each row execute function request_changes_keep();

create trigger request_changes_of_changed after update of version on requests
  for each row when (new.version <> old.version) execute function request_changes_keep();
