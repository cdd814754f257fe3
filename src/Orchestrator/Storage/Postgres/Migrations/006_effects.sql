-- What is known of an action's effect before it is done: 'open' from the intent to the receipt, 'waiting' while it goes on.
alter table request_actions add column intent text check (intent in ('open', 'waiting'));
alter table request_actions add column waiting jsonb; -- where the effect is found again, and what it waits for
update request_actions set intent = 'open' where attempt > 0 and status in ('in_progress', 'failed');
