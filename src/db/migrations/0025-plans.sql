-- Plans that can be bought, subscriptions to them, and seats in pools that serve in blocks of the day.

-- A plan from before this change is free and hidden: only the operator gives it.
alter table plan
  add column name text check (length(name) between 1 and 100),
  add column kind text not null default 'free' check (kind in ('free', 'one_time', 'monthly', 'annual')),
  add column price bigint not null default 0 check (price >= 0),
  add column models text[],                 -- null: every model
  add column requests_per_minute integer check (requests_per_minute > 0),
  add column tokens_per_minute integer check (tokens_per_minute > 0),
  add column concurrent_calls integer check (concurrent_calls > 0),
  add column budget_amount bigint check (budget_amount > 0),
  add column budget_window text check (budget_window in ('5h', '8h', 'day', 'week', 'month')),
  add column is_public boolean not null default false,
  add column is_closed boolean not null default false,
  add check ((budget_amount is null) = (budget_window is null)),
  add check ((kind = 'free') = (price = 0)),
  add check (budget_amount is null or kind <> 'one_time');

-- What a plan costs since when; members pay a new price only after their notice, and not at all where prices are locked.
create table plan_price (
  id            integer generated always as identity primary key,
  plan_id       text not null references plan check (length(plan_id) <= 64),
  price         bigint not null check (price >= 0),
  created_at    timestamptz not null
);
create index plan_price_by_plan on plan_price (plan_id, created_at desc);
create trigger plan_price_immutable before update or delete on plan_price for each row execute function refuse_change();

-- Seats in a pool are sold by block of the day, in minutes since midnight UTC; a block that ends before it begins goes over midnight.
create table pool (
  id            uuid primary key,
  slug          text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
  description   text not null check (length(description) <= 500),
  models        text[] not null check (cardinality(models) > 0),
  annual_discount integer not null default 0 check (annual_discount between 0 and 9999),   -- hundredths of a per cent
  is_active     boolean not null default true,
  created_at    timestamptz not null
);
create table pool_block (
  pool_id       uuid not null references pool,
  block         text not null check (block in ('asia', 'europe', 'americas')),
  from_minute   smallint not null check (from_minute between 0 and 1439),
  to_minute     smallint not null check (to_minute between 1 and 1440),
  seats         integer not null check (seats between 0 and 1000000),
  price         bigint not null check (price > 0),                   -- per month and seat
  primary key (pool_id, block),
  check (from_minute <> to_minute)
);

-- What an account subscribed to: a plan, or one seat of a pool in one block. Terms are copied when it begins, so that they stay.
create table subscription (
  id            uuid primary key,
  account_id    uuid not null references account,
  plan_id       text references plan check (length(plan_id) <= 64),
  pool_id       uuid references pool,
  block         text check (block in ('asia', 'europe', 'americas')),
  state         text not null check (state in ('starting', 'active', 'past_due', 'canceled', 'ended', 'refused')),
  price         bigint not null check (price >= 0),                  -- per period
  months        smallint check (months in (1, 12)),                  -- null: it never ends
  anchor        timestamptz not null,                                -- periods are counted from here
  period_index  integer not null default 0 check (period_index >= 0),
  period_start  timestamptz not null,
  period_end    timestamptz,
  live_until    timestamptz,                                         -- its keys work until then at most, whatever any job does
  cancel_at_period_end boolean not null default false,
  next_plan_id  text references plan check (length(next_plan_id) <= 64),
  past_due_since timestamptz,
  next_try_at   timestamptz,
  budget_amount bigint check (budget_amount > 0),
  budget_window text check (budget_window in ('5h', '8h', 'day', 'week', 'month')),
  is_gift       boolean not null default false,
  reason_sealed bytea check (octet_length(reason_sealed) <= 2000),
  order_id      uuid,                                                -- the payment or the request that it was bought with
  ending_at     timestamptz,                                         -- it was told to end then, and money may be on its way back
  created_at    timestamptz not null,
  ended_at      timestamptz,
  foreign key (pool_id, block) references pool_block,
  check ((plan_id is null) = (pool_id is not null)),
  check ((pool_id is null) = (block is null)),
  check ((months is null) = (period_end is null)),
  check ((budget_amount is null) = (budget_window is null)),
  check ((state in ('canceled', 'ended', 'refused')) = (ended_at is not null))
);
create index subscription_by_account on subscription (account_id);
create index subscription_by_order on subscription (order_id) where order_id is not null;
create index subscription_by_seat on subscription (pool_id, block) where state in ('starting', 'active', 'past_due');
create index subscription_by_end on subscription (period_end) where state in ('active', 'past_due');

-- Each period is written down before it is paid, with the amount, and paid once: the source key of its purchase is the subscription and its start.
create table subscription_period (
  subscription_id uuid not null references subscription on delete cascade,
  account_id    uuid not null,
  period_start  timestamptz not null,
  period_end    timestamptz,
  anchor        timestamptz not null,
  period_index  integer not null,
  months        smallint,
  plan_id       text references plan check (length(plan_id) <= 64),
  price         bigint not null check (price >= 0),
  state         text not null check (state in ('due', 'paid', 'failed')),
  transfer_id   uuid,
  credit        bigint not null default 0 check (credit >= 0),       -- what of the period before goes back first
  credit_of     timestamptz,
  returned      bigint not null default 0 check (returned >= 0),
  created_at    timestamptz not null,
  primary key (subscription_id, period_start),
  check (returned <= price),
  check ((credit > 0) = (credit_of is not null)),
  check (state = 'paid' or transfer_id is null)
);
create unique index subscription_period_due on subscription_period (subscription_id) where state = 'due';
create index subscription_period_by_account on subscription_period (account_id);

-- Who waits for a seat; a seat that is free is held for the first in line until held_until.
create table seat_wait (
  id            uuid primary key,
  account_id    uuid not null,
  pool_id       uuid not null,
  block         text not null check (block in ('asia', 'europe', 'americas')),
  state         text not null check (state in ('waiting', 'offered', 'taken', 'lapsed', 'left')),
  created_at    timestamptz not null,
  held_until    timestamptz,
  foreign key (pool_id, block) references pool_block,
  check ((state = 'offered') <= (held_until is not null))
);
create unique index seat_wait_once on seat_wait (pool_id, block, account_id) where state in ('waiting', 'offered');
create index seat_wait_by_account on seat_wait (account_id);

-- Letters of plans that are to be sent: figures and names of plans, no address.
create table plan_letter (
  id            uuid primary key,
  account_id    uuid not null,
  template      text not null check (template in ('subscription-renewed', 'subscription-past-due', 'subscription-ended', 'seat-free')),
  fields        jsonb not null,
  created_at    timestamptz not null
);
create index plan_letter_oldest on plan_letter (created_at, id);
create index plan_letter_by_account on plan_letter (account_id);

-- An erasure deletes subscriptions and keys in any order.
alter table api_key add column subscription_id uuid references subscription deferrable initially deferred;
create index api_key_by_subscription on api_key (subscription_id) where subscription_id is not null;

-- What a key may do depends on all of these.
create function tell_subscription() returns trigger language plpgsql as $$
begin
  perform pg_notify('farebox_change', 'account:' || new.account_id::text);
  return null;
end $$;
create trigger subscription_told after update on subscription for each row execute function tell_subscription();
create function tell_pools() returns trigger language plpgsql as $$
begin
  perform pg_notify('farebox_change', 'plan:');
  return null;
end $$;
create trigger pool_told after update on pool for each statement execute function tell_pools();
create trigger pool_block_told after update on pool_block for each statement execute function tell_pools();

revoke all on plan_price, pool, pool_block, subscription, subscription_period, seat_wait, plan_letter from public;
grant select on plan_price, pool, pool_block, subscription, subscription_period, seat_wait, plan_letter to farebox_app, farebox_ledger;
grant insert on plan_price to farebox_app;
grant insert, update on pool, pool_block, subscription, subscription_period, seat_wait, plan_letter to farebox_app;
grant delete on pool_block, subscription, subscription_period, seat_wait, plan_letter to farebox_app;
grant usage on all sequences in schema farebox to farebox_app;
