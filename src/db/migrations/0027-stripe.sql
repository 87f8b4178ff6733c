-- Cards through Stripe: what it calls our customers and payments, money that goes back or is taken back, topping up by itself. No card is here.

create table stripe_customer (
  account_id    uuid primary key,
  customer_id   text not null unique check (length(customer_id) <= 200),
  created_at    timestamptz not null
);

-- A payment at Stripe: at its page, with a saved card, or with one by itself when the balance is low.
create table stripe_payment (
  payment_id    uuid primary key references payment,
  account_id    uuid not null,
  way           text not null check (way in ('checkout', 'saved-card', 'automatic')),
  intent_id     text unique check (length(intent_id) <= 200),
  tax_cents     bigint not null default 0 check (tax_cents >= 0),   -- on top of the price, never credit
  looked_at     timestamptz,
  created_at    timestamptz not null
);
create index stripe_payment_by_account on stripe_payment (account_id, created_at desc);

-- Money that goes back to a card: asked for here, or at Stripe itself. 'asked': the row is there; 'taken': it left the balance; 'sent': Stripe
-- has it; then 'done', or 'failed' with the money back on the balance; 'refused' where the balance did not have it.
create table stripe_refund (
  id            uuid primary key,
  payment_id    uuid not null references payment,
  account_id    uuid not null,
  origin        text not null check (origin in ('here', 'stripe')),
  amount        bigint not null check (amount > 0),                 -- nano-USD of credit
  gross_cents   bigint not null check (gross_cents > 0),            -- what the card gets, tax with it
  state         text not null check (state in ('asked', 'taken', 'sent', 'done', 'failed', 'refused')),
  outcome       text check (outcome ~ '^[a-z_]{1,60}$'),
  transfer_id   uuid references transfer,
  asked_at      timestamptz not null,
  ended_at      timestamptz
);
create index stripe_refund_by_payment on stripe_refund (payment_id);
create index stripe_refund_open on stripe_refund (asked_at) where state in ('asked', 'taken', 'sent');

-- A payment that a bank takes back. What was taken is a charge-back in the journal, and its opposite when the bank gave it back.
create table stripe_dispute (
  external_key  text primary key check (length(external_key) <= 200),
  dispute_id    text check (length(dispute_id) <= 200),
  payment_id    uuid not null references payment,
  account_id    uuid not null,
  amount        bigint not null check (amount > 0),                 -- nano-USD of credit
  fee_cents     bigint not null,                                    -- what the bank asks of the house, in the currency of its account
  status        text not null check (status ~ '^[a-z_]{1,60}$'),
  rank          smallint not null,                                  -- a status never goes back to an earlier one
  is_taken      boolean not null default false,
  is_returned   boolean not null default false,
  charge_back_id uuid references transfer,
  return_id     uuid references transfer,
  opened_at     timestamptz not null,
  changed_at    timestamptz not null
);
create index stripe_dispute_by_payment on stripe_dispute (payment_id);

-- Events that were dealt with, by a keyed hash of their ids; Stripe sends one again for three days at most.
create table stripe_event (
  event_key     text primary key check (length(event_key) <= 200),
  done_at       timestamptz not null
);

-- Topping up by itself: once each time the balance falls below the threshold, with so much a day at most.
create table auto_top_up (
  account_id    uuid primary key,
  threshold     bigint not null check (threshold > 0),
  amount        bigint not null check (amount >= threshold),
  daily_maximum bigint not null check (daily_maximum >= amount),
  state         text not null check (state in ('armed', 'asked', 'off')),
  payment_id    uuid references payment,
  outcome       text check (outcome ~ '^[a-z_]{1,60}$'),
  is_letter_due boolean not null default false,
  changed_at    timestamptz not null
);
create index auto_top_up_on on auto_top_up (account_id) where state <> 'off' or is_letter_due;

-- What Stripe still keeps of an erased account, until it does not any more.
create table stripe_erasure (
  account_id    uuid primary key references account_erasure on delete cascade,
  customer_id   text check (length(customer_id) <= 200),
  job_id        text check (length(job_id) <= 200),
  state         text not null check (state in ('asked', 'done')),
  outcome       text check (outcome ~ '^[a-z_]{1,60}$'),
  asked_at      timestamptz not null,
  ended_at      timestamptz
);
create index stripe_erasure_open on stripe_erasure (asked_at) where state <> 'done';

revoke all on stripe_customer, stripe_payment, stripe_refund, stripe_dispute, stripe_event, auto_top_up, stripe_erasure from public;
grant select on stripe_customer, stripe_payment, stripe_refund, stripe_dispute, stripe_event, auto_top_up, stripe_erasure
  to farebox_app, farebox_ledger;
grant insert, update on stripe_customer, stripe_payment, stripe_refund, stripe_dispute, stripe_event, auto_top_up, stripe_erasure to farebox_app;
grant delete on stripe_customer, stripe_payment, stripe_event, auto_top_up, stripe_erasure to farebox_app;
