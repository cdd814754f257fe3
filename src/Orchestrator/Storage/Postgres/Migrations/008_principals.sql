-- Who may call. The administrator of the data directory has no row.
create table principals (
  id text primary key,
  name text,
  email text,
  roles jsonb not null, -- such as ["author", "operator"]: what it may do beyond a developer
  teams jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  disabled_at timestamptz -- let in no more from then on
);

-- The team that owns the item, as its pinned document says: its platform authors see the request and decide about it.
alter table requests add column item_owner text;

create index if not exists requests_of_team on requests (team, created_at desc, id desc) where team is not null;
create index if not exists requests_of_owner on requests (item_owner, created_at desc, id desc) where item_owner is not null;
