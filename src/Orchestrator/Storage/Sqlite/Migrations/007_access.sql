-- Signatures of calls that changed something, for as long as they are good: shown again, they are refused.
create table seen_signatures (
  signature text primary key,
  good_until integer not null
) strict, without rowid;

create index seen_signatures_by_end on seen_signatures (good_until);
