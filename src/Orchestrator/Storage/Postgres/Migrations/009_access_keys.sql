-- What principals are called elsewhere: ARNs of AWS. One that ends in /* means every session of an assumed role.
create table principal_identities (
  identity text primary key, -- nobody is two principals
  principal_id text not null references principals (id)
);

create index principal_identities_of_principal on principal_identities (principal_id);

-- Access keys that were issued here. Each secret is encrypted, and bound to its key and its principal.
create table access_keys (
  id text primary key,
  principal_id text not null references principals (id),
  cipher_key_id text not null,
  ciphertext text not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz, -- good until then; null: until it is disabled
  disabled_at timestamptz,
  last_used_at timestamptz -- a minute behind at most
);

create index access_keys_of_principal on access_keys (principal_id, created_at);
