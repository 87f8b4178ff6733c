-- What may be spent in a window of time: caps of keys and of groups of keys, budgets of plans.

-- caps -----------------------------------------------------------------------------------------------------------------------

-- Keys that share a cap, such as those of one end user of the customer.
create table key_group (
  id            uuid primary key,
  account_id    uuid not null references account,
  name_sealed   bytea check (octet_length(name_sealed) <= 1000),
  spend_cap     bigint check (spend_cap > 0),   -- nano-USD in each window; null: none
  spend_window  text check (spend_window in ('5h', '8h', 'day', 'week', 'month', 'total')),
  created_at    timestamptz not null,
  check ((spend_cap is null) = (spend_window is null))
);
create index key_group_by_account on key_group (account_id);

alter table api_key
  add column spend_cap bigint check (spend_cap > 0),
  add column spend_window text check (spend_window in ('5h', '8h', 'day', 'week', 'month', 'total')),
  add column group_id uuid references key_group on delete set null,
  add constraint api_key_cap_whole check ((spend_cap is null) = (spend_window is null));
create index api_key_by_group on api_key (group_id) where group_id is not null;

-- A change of a group is one of its keys; which they are is for those who hear it.
create function tell_group() returns trigger language plpgsql as $$
begin
  perform pg_notify('farebox_change', 'account:' || new.account_id);
  return null;
end $$;
create trigger key_group_told after update on key_group for each row execute function tell_group();

-- windows --------------------------------------------------------------------------------------------------------------------

-- What nodes were granted of a limit in one window: `granted` less `spent` is what their slices hold of it, and never is more granted than
-- the limit. `cap` is the limit as it was at the last grant, or what was granted by then where that is more.
create table spend_window (
  subject_id    uuid not null,              -- the key, group or subscription
  kind          smallint not null,          -- place in the list of windows of spec
  starts_at     timestamptz not null,
  ends_at       timestamptz,                -- null: never
  account_id    uuid not null,
  cap           bigint not null,
  granted       bigint not null default 0 check (granted >= 0),
  spent         bigint not null default 0 check (spent >= 0),
  primary key (subject_id, kind, starts_at),
  constraint spend_within_cap check (granted <= cap),
  constraint spend_within_grant check (spent <= granted)
);
create index spend_window_by_account on spend_window (account_id);
create index spend_window_by_end on spend_window (ends_at);

-- What one node holds of a window, for calls that run there.
create table spend_slice (
  node_id       uuid not null,
  subject_id    uuid not null,
  kind          smallint not null,
  starts_at     timestamptz not null,
  account_id    uuid not null,
  amount        bigint not null check (amount >= 0),
  primary key (subject_id, kind, starts_at, node_id)
);
create index spend_slice_by_node on spend_slice (node_id) where amount > 0;

-- calls ----------------------------------------------------------------------------------------------------------------------

-- What a plan pays for a call instead of the balance: `cost` is 0 then. Null: the balance pays.
alter table usage_event add column covered bigint check (covered >= 0), add column covered_by uuid;
alter table usage_event add constraint usage_event_paid_once check (covered is null or (cost = 0 and covered <= hold));
alter table usage_event add constraint usage_event_covered_whole check ((covered is null) = (covered_by is null));
alter table usage_day add column covered bigint not null default 0 check (covered >= 0);

-- As before, and none of whose plan paid.
create or replace function keep_no_statistics(name text) returns void language plpgsql set search_path = farebox, pg_temp as $$
declare
  part name;
begin
  for part in select attname from pg_attribute where attrelid = to_regclass('farebox.' || name)
    and attname in ('request_id', 'account_id', 'key_id', 'covered_by', 'leaves') loop
    execute format('alter table %I alter column %I set statistics 0', name, part);
  end loop;
end $$;
select keep_no_statistics(name) from (
  select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'usage_event'::regclass
  union all values ('usage_event')
) as every;

-- When the windows of an open call were chosen, to the second; null: it is bounded by none.
alter table open_call add column held_at timestamptz;

-- grants ---------------------------------------------------------------------------------------------------------------------

revoke all on key_group, spend_window, spend_slice from public;
grant select on key_group, spend_window, spend_slice to farebox_app, farebox_ledger;
grant insert, update, delete on key_group to farebox_app;
grant delete on spend_window to farebox_app;
grant insert, update, delete on spend_window, spend_slice to farebox_ledger;
