-- The last good load of the catalog. A start without its source finds it here, and the valid versions of documents that
-- were changed into something wrong.
create table catalog_load (
  id integer primary key check (id = 1), -- there is one
  number integer not null, -- grows with everything that is kept: whoever saw an earlier one may have loaded something older
  revision text, -- what the source calls it, such as the commit's SHA
  loaded_at integer, -- null until something is kept
  memory text, -- what the source wants to know when it is asked next; nobody else reads it
  findings text, -- about the source itself, as JSON; those about documents are found again
  check ((loaded_at is null) = (findings is null))
) strict;

insert into catalog_load (id, number) values (1, 0);

create table catalog_items (
  path text primary key, -- of the document's file
  number integer not null, -- of the load that changed it last
  content_id text, -- what the source calls the latest text, such as the git blob's SHA
  latest blob not null, -- the document, YAML as it was read, right or wrong
  last_valid blob, -- the version in force, where it is not the latest
  rejected_since integer, -- since when it is not
  check (last_valid is null or rejected_since is not null)
) strict;
