-- The database of FAREBOX_KEYS_URL: keys that all nodes share, wrapped by master keys that lie in none. Its backups live seven days at most.
create table subject_key (
  subject_tag   bytea primary key check (octet_length(subject_tag) = 32),
  wrapped       bytea not null
);
create table day_key (
  day           date primary key,
  wrapped       bytea not null
);
-- A keyed value by which a node sees whether it has the same master keys as the others.
create table keyring_mark (
  mark          bytea primary key
);
revoke all on all tables in schema farebox from public;
