-- How often the instance was in work when its process died, since a turn of it was last committed.
alter table task_hub.instance add column attempts smallint not null default 0;

-- Whether the node's lease ran out: its process died, or was cut off, and did not leave in good order.
alter table task_hub.node add column crashed boolean not null default false;
