-- Who may call. The administrator of the data directory has no row.
create table principals (
  id text primary key,
  name text,
  email text,
  roles text not null, -- such as ["author", "operator"]: what it may do beyond a developer
  teams text not null,
  created_at integer not null,
  updated_at integer not null,
  disabled_at integer -- let in no more from then on
) strict, without rowid;

-- The team that owns the item, as its pinned document says: its platform authors see the request and decide about it.
alter table requests add column item_owner text;

create index if not exists requests_of_team on requests (team, created_at desc, id desc) where team is not null;
create index if not exists requests_of_owner on requests (item_owner, created_at desc, id desc) where item_owner is not null;
