-- A change that touches no indexed column stays on its page when there is room, and then writes to no index. Pages that are full
-- already get it when their rows go.
alter table requests set (fillfactor = 80);
alter table request_actions set (fillfactor = 80);
