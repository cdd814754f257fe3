-- Passwords of forms, encrypted; request_data and everything after it hold references to them.
create table request_secrets (
  request_id text not null references requests (id),
  name text not null, -- the id of the form's field
  key_id text not null, -- which key it is encrypted with
  ciphertext text not null,
  created_at integer not null,
  primary key (request_id, name)
) strict;

-- Whoever ends a request, its secrets end with it. One that failed keeps them: a retry needs them.
create trigger request_secrets_end after update of status on requests
when new.status in ('completed', 'aborted', 'cancelled')
begin
  delete from request_secrets where request_id = new.id;
end;
