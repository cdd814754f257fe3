-- On tables too young for statistics the planner took an index that begins with the hub, and read all of it, to find a row
-- by hub and id: ten times slower until the first analyze. These cannot be mistaken for the primary key.
drop index task_hub.instance_created;
create index instance_created on task_hub.instance (created_at);

drop index task_hub.instance_owned;
create index instance_owned on task_hub.instance (owner) where owner is not null;
