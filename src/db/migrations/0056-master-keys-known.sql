-- Which master keys what is sealed here was sealed under, so that other ones are not taken for them; tells nothing of the keys.
create table master_keys_known (
  is_only boolean primary key default true check (is_only),
  mark bytea not null check (octet_length(mark) = 32)
);
revoke all on master_keys_known from public;
grant select, insert on master_keys_known to farebox_app;
