-- Who is told that what a plan pays of the list price changes; keys that are used from many addresses, over all nodes; and by which names
-- the books know a deposit that was credited, taken back and credited again.

create table plan_change_notice (
  plan_change   integer not null references plan_change,
  account_id    uuid not null,
  told_at       timestamptz,
  primary key (plan_change, account_id)
);
create index plan_change_notice_by_account on plan_change_notice (account_id);
create index plan_change_notice_untold on plan_change_notice (plan_change) where told_at is null;

-- Of keys that may be in many hands alone: the tag of an address is a hash under the key of its day.
create table key_address (
  day           date not null,
  key_id        uuid not null,
  account_id    uuid not null,
  tag           bytea not null check (octet_length(tag) = 32),
  primary key (day, key_id, tag)
);
create index key_address_by_account on key_address (account_id);

alter table usdc_deposit add column withdrawn_ids text[] not null default '{}' check (cardinality(withdrawn_ids) <= 100);

revoke all on plan_change_notice, key_address from public;
grant select on plan_change_notice, key_address to farebox_app, farebox_ledger;
grant insert, update, delete on plan_change_notice, key_address to farebox_app;
