-- Keys: the ranges of addresses that their calls may come from, and a secret that works on for a while after another took its place.
alter table api_key
  add column ip_ranges_sealed bytea check (octet_length(ip_ranges_sealed) <= 3000),   -- null: from everywhere
  add column old_hash bytea unique check (octet_length(old_hash) = 32),
  add column old_until timestamptz,
  add constraint api_key_old_whole check ((old_hash is null) = (old_until is null));
