-- What ended long ago is found by its end, and the key it was made with by its request.
create index if not exists requests_ended on requests (completed_at) where completed_at is not null;
create index if not exists idempotency_keys_of_request on idempotency_keys (request_id);
