-- When a process of the hub was last found dead.
alter table task_hub.hub add column crashed_at timestamptz;
