-- Codes that are redeemed once, credit that waits for a second person, operators by name, gifts by rule, and why an account is suspended.

-- Codes are made in batches; of a code there is its hash alone.
create table redeem_batch (
  id            uuid primary key,
  label         text not null check (length(label) between 1 and 64),
  amount        bigint not null check (amount > 0),               -- nano-USD of each code
  kind          text not null check (kind in ('deposit', 'promotion')),
  codes         integer not null check (codes between 1 and 10000),
  expires_at    timestamptz,
  disabled_at   timestamptz,
  created_at    timestamptz not null
);
create table redeem_code (
  hash          bytea primary key check (octet_length(hash) = 32),
  batch_id      uuid not null references redeem_batch,
  redeemed_at   timestamptz,
  redeemed_by   uuid,                                             -- null again when that account was erased
  transfer_id   uuid
);
create index redeem_code_by_batch on redeem_code (batch_id);
create index redeem_code_by_account on redeem_code (redeemed_by) where redeemed_by is not null;
create index redeem_code_unpaid on redeem_code (redeemed_at) where redeemed_at is not null and transfer_id is null;

-- Wrong codes of an account in the hour that began at `since`.
create table redeem_guess (
  account_id    uuid primary key,
  since         timestamptz not null,
  wrong         integer not null check (wrong > 0)
);

-- Credit by hand that is too large for one person.
create table pending_credit (
  id            uuid primary key,
  account_id    uuid not null,
  amount        bigint not null check (amount > 0),
  kind          text not null check (kind in ('manual', 'promotion')),
  reason_sealed bytea,
  state         text not null check (state in ('waiting', 'approved', 'refused')),
  requested_by  text not null check (length(requested_by) <= 80),
  requested_at  timestamptz not null,
  decided_by    text check (length(decided_by) <= 80 and decided_by <> requested_by),
  decided_at    timestamptz,
  transfer_id   uuid,
  check ((state = 'waiting') = (decided_by is null))
);
create index pending_credit_by_account on pending_credit (account_id);
create index pending_credit_unpaid on pending_credit (decided_at) where state = 'approved' and transfer_id is null;

-- Operators by name, beside the owner, who has the token of the configuration; a name is never given twice, so that the audit log stays true.
create table operator_token (
  name          text primary key check (name ~ '^[a-z][a-z0-9._-]{0,39}$'),
  hash          bytea not null unique check (octet_length(hash) = 32),
  created_at    timestamptz not null,
  revoked_at    timestamptz
);

-- Why an account is suspended, as its owner reads it.
create table account_suspension (
  account_id    uuid primary key,
  reason        text not null check (reason in ('payment', 'abuse', 'security', 'terms', 'request')),
  note_sealed   bytea,
  suspended_at  timestamptz not null
);

revoke all on redeem_batch, redeem_code, redeem_guess, pending_credit, operator_token, account_suspension from public;
grant select on redeem_batch, redeem_code, redeem_guess, pending_credit, operator_token, account_suspension to farebox_app, farebox_ledger;
grant insert, update on redeem_batch, redeem_code, redeem_guess, pending_credit, operator_token, account_suspension to farebox_app;
grant delete on redeem_guess, pending_credit, account_suspension to farebox_app;

-- Credit that a rule gave: a bonus or a promotion with a payment, to who brought somebody, to a new account. Each once, and then booked once.
create table gift (
  id            uuid primary key,
  account_id    uuid not null,                                    -- who gets it
  kind          text not null check (kind in ('bonus', 'promo', 'referral', 'signup')),
  rule          text not null default '' check (length(rule) <= 32),  -- the code of a promotion
  payment_id    uuid,
  amount        bigint not null check (amount > 0),
  given_at      timestamptz not null,
  transfer_id   uuid
);
create unique index gift_per_payment on gift (kind, payment_id) where payment_id is not null;
create unique index gift_promo_once on gift (rule, account_id) where kind = 'promo';
create unique index gift_signup_once on gift (account_id) where kind = 'signup';
create index gift_by_account on gift (account_id, given_at);
create index gift_unbooked on gift (given_at) where transfer_id is null;

-- The promotion that somebody named when they began to pay.
create table payment_promo (
  payment_id    uuid primary key,
  account_id    uuid not null,
  code          text not null check (length(code) <= 32),
  created_at    timestamptz not null
);
create index payment_promo_by_account on payment_promo (account_id, created_at);

-- By what code an account brings others, and who brought whom.
create table referral_code (
  account_id    uuid primary key,
  code          text not null unique check (length(code) <= 16)
);
create table referral (
  account_id    uuid primary key,                                 -- who was brought
  referrer_id   uuid not null check (referrer_id <> account_id),
  created_at    timestamptz not null
);
create index referral_by_referrer on referral (referrer_id);

-- Below what an account is told that its balance is low, and whether it was.
create table balance_alert (
  account_id    uuid primary key,
  threshold     bigint check (threshold > 0),                     -- null: the house's
  is_low        boolean not null default false,
  is_told       boolean not null default true                     -- false: a letter waits
);
create index balance_alert_untold on balance_alert (account_id) where not is_told;

revoke all on gift, payment_promo, referral_code, referral, balance_alert from public;
grant select on gift, payment_promo, referral_code, referral, balance_alert to farebox_app, farebox_ledger;
grant insert, update, delete on gift, payment_promo, referral_code, referral, balance_alert to farebox_app;

-- A key that its account made rest: refused until it is active again.
alter table api_key add column paused_at timestamptz;

-- How often an account asked for its usage in the twelve hours that began at `since`.
create table usage_read (
  account_id    uuid primary key,
  since         timestamptz not null,
  reads         integer not null check (reads > 0)
);
revoke all on usage_read from public;
grant select on usage_read to farebox_app, farebox_ledger;
grant insert, update, delete on usage_read to farebox_app;

-- Gifts whose time is over: what of each is taken back, written down before the books take it.
create table promotion_expiry (
  transfer_id   uuid primary key references transfer,
  account_id    uuid not null,
  amount        bigint not null check (amount >= 0),
  planned_at    timestamptz not null,
  is_done       boolean not null
);
create index promotion_expiry_by_account on promotion_expiry (account_id);
create index promotion_expiry_open on promotion_expiry (planned_at) where not is_done;
create index transfer_promotions on transfer (created_at) where kind = 'promotion';
revoke all on promotion_expiry from public;
grant select on promotion_expiry to farebox_app, farebox_ledger;
grant insert, update, delete on promotion_expiry to farebox_app;

-- Who is told that the price of a model changes, and when they were.
create table price_notice (
  price_version integer not null references price_version,
  account_id    uuid not null,
  told_at       timestamptz,
  primary key (price_version, account_id)
);
create index price_notice_by_account on price_notice (account_id);
create index price_notice_untold on price_notice (price_version) where told_at is null;
revoke all on price_notice from public;
grant select on price_notice to farebox_app, farebox_ledger;
grant insert, update, delete on price_notice to farebox_app;
