-- Every version that a request had, so that whoever watches it is told each one, also after a pause. Written by the database
-- itself: no statement that changes a request can forget it.
create table request_changes (
  request_id text not null references requests (id),
  version integer not null,
  status text not null,
  at integer not null,
  primary key (request_id, version)
) strict, without rowid;

insert into request_changes (request_id, version, status, at) select id, version, status, updated_at from requests;

create trigger request_changes_of_new after insert on requests
begin
  insert into request_changes (request_id, version, status, at) values (new.id, new.version, new.status, new.updated_at);
end;

create trigger request_changes_of_changed after update of version on requests when new.version <> old.version
begin
  insert into request_changes (request_id, version, status, at) values (new.id, new.version, new.status, new.updated_at);
end;
