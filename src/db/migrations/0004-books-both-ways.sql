-- Money in both directions: debts, frozen accounts, the house's side of a day; and nodes that die for good.

-- transfers ------------------------------------------------------------------------------------------------------------------

alter table ledger_account drop constraint ledger_account_kind_check;
alter table ledger_account add constraint ledger_account_kind_check check (kind in
  ('customer', 'revenue', 'upstream_cost', 'shortfall', 'promotions', 'deposits', 'refunds', 'debt', 'upstream_payable', 'chargebacks'));
insert into ledger_account (id, kind) values
  ('00000000-0000-0000-0000-000000000008', 'upstream_payable'),
  ('00000000-0000-0000-0000-000000000009', 'chargebacks');

-- What an account owes, as no balance goes below zero. Its ledger account is of kind debt; the amount is what the journal says of it.
create table account_debt (
  account_id    uuid primary key references balance,
  ledger_account_id uuid not null unique references ledger_account,
  amount        bigint not null default 0 check (amount >= 0)
);
create index account_debt_open on account_debt (account_id) where amount > 0;

-- frozen accounts ------------------------------------------------------------------------------------------------------------

-- Accounts whose books broke a promise. No hold is granted for one, on any node, until somebody thaws it.
create table account_freeze (
  account_id    uuid primary key references balance,
  reason        text not null check (reason ~ '^[a-z_]{1,60}$'),
  frozen_at     timestamptz not null default now()
);
create function tell_freeze() returns trigger language plpgsql as $$
begin
  perform pg_notify('farebox_change', tg_argv[0] || ':' || coalesce(new.account_id, old.account_id));
  return null;
end $$;
create trigger account_freeze_told after insert on account_freeze for each row execute function tell_freeze('frozen');
create trigger account_thaw_told after delete on account_freeze for each row execute function tell_freeze('thawed');

-- the house's side of a day --------------------------------------------------------------------------------------------------

-- What upstreams worked and asked on a day, from the rows charged to it; kept for the comparison with their bills. Serial 0 stands for calls
-- that reached none.
create table upstream_day (
  day           date not null references ended_day,
  upstream_serial integer not null,
  model_serial  integer not null,
  calls         bigint not null check (calls > 0),
  known_calls   bigint not null check (known_calls between 0 and calls),  -- calls whose cost is known
  cost          bigint not null check (cost >= 0),                        -- nano-USD, over the known ones
  input         bigint not null, cache_read bigint not null, cache_write_5m bigint not null, cache_write_1h bigint not null,
  output        bigint not null, reasoning bigint not null,
  more          bigint[],                   -- sums of the further classes, in the order of usage_event.more; null: none
  primary key (day, upstream_serial, model_serial)
);

-- Days whose house's side is in the journal, with what its transfers have to say.
create table house_day (
  day           date primary key references ended_day,
  calls         bigint not null,
  shortfall     bigint not null check (shortfall >= 0),
  upstream_cost bigint not null check (upstream_cost >= 0),
  posted_at     timestamptz not null
);
create trigger upstream_day_immutable before update or delete on upstream_day for each row execute function refuse_change();
create trigger house_day_immutable before update or delete on house_day for each row execute function refuse_change();

-- nodes ----------------------------------------------------------------------------------------------------------------------

-- Each control process of a node registers and is given the next epoch; only the last one registered can commit.
alter table node add column epoch bigint not null default 0;
-- When it last said that it lives, and whether it gives back money that it is asked for.
alter table node add column seen_at timestamptz not null default now();
alter table node add column is_answering boolean not null default false;

-- grants ---------------------------------------------------------------------------------------------------------------------

grant select on account_debt, account_freeze, upstream_day, house_day to farebox_app, farebox_ledger;
grant insert, update on account_debt to farebox_ledger;
grant insert, delete on account_freeze to farebox_ledger;
grant insert on upstream_day, house_day to farebox_ledger;
