-- Each list newest first, whoever asks and by whatever it is filtered. Where the item is given, the status comes last: it is
-- read in the index, without a look at the row.
create index if not exists requests_by_time on requests (created_at desc, id desc);
create index if not exists requests_by_status on requests (status, created_at desc, id desc);
create index if not exists requests_by_item on requests (catalog_item_id, created_at desc, id desc, status);
create index if not exists requests_of_user_by_status on requests (user_id, status, created_at desc, id desc);
create index if not exists requests_of_user_by_item on requests (user_id, catalog_item_id, created_at desc, id desc, status);
create index if not exists requests_of_team_by_status on requests (team, status, created_at desc, id desc) where team is not null;
create index if not exists requests_of_team_by_item on requests (team, catalog_item_id, created_at desc, id desc, status) where team is not null;
create index if not exists requests_of_owner_by_status on requests (item_owner, status, created_at desc, id desc) where item_owner is not null;
create index if not exists requests_of_owner_by_item on requests (item_owner, catalog_item_id, created_at desc, id desc, status) where item_owner is not null;

-- How much a caller made the database keep: bounded for those that are open.
alter table requests add column stored_bytes integer not null default 0;
