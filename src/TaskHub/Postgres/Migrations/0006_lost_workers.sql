-- How often in a row the worker was lost that had the instance's turn, or one of its activities, in hand: 'turn:2 17:1'.
alter table task_hub.instance add column losses text;

-- The same of an activity of the table, and of processes that ran it.
alter table task_hub.activity add column losses smallint not null default 0;

create index activity_suspect on task_hub.activity (hub, losses) where node is null and losses > 0;
