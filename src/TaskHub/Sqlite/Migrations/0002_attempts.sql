-- How often the instance was in work when its process died, since a turn of it was last committed.
alter table instance add column attempts integer not null default 0;

-- Whether its process died without leaving in good order.
alter table node add column crashed integer not null default 0;
