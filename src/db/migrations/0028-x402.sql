-- Calls without a key that are paid for one by one (x402): wallets that paid, and each payment.

-- A wallet that paid, by a keyed hash of its address, with its account and the key that its calls go by, which nobody has.
create table x402_wallet (
  tag            bytea primary key check (octet_length(tag) = 32),
  account_id     uuid not null,
  key_id         uuid,
  address_sealed bytea check (octet_length(address_sealed) <= 200),
  created_at     timestamptz not null
);
create unique index x402_wallet_by_account on x402_wallet (account_id);

-- A payment from the moment a facilitator is asked to carry it out. 'asked': nobody knows yet whether it did; 'paid': it did, the deposit is to be
-- made; 'settled': that is done; 'refused': nothing was sent; 'unclear': put before the operator. The keyed hash stays when a person is erased, so
-- that nothing is taken twice.
create table x402_payment (
  tag            bytea primary key check (octet_length(tag) = 32),       -- of chain, token, wallet and nonce
  account_id     uuid,                                                   -- null: not known to be paid, or gone
  amount         bigint not null check (amount > 0),                     -- nano-USD
  state          text not null check (state in ('asked', 'paid', 'settled', 'refused', 'unclear')),
  tx_tag         bytea check (octet_length(tx_tag) = 32),                -- of chain and transaction
  pending_sealed bytea check (octet_length(pending_sealed) <= 1000),      -- the payment itself, until it is settled
  origin_sealed  bytea check (octet_length(origin_sealed) <= 400),
  valid_before   timestamptz not null,
  busy_until     timestamptz not null,                                   -- until then somebody is at it
  times          integer not null check (times between 1 and 1000),      -- how often a facilitator was asked
  asked_at       timestamptz not null,
  settled_at     timestamptz,
  served_at      timestamptz,                                            -- when a call was let in for it, once
  claimed_at     timestamptz
);
create index x402_payment_open on x402_payment (busy_until) where state in ('asked', 'paid');
create index x402_payment_by_account on x402_payment (account_id);
create index x402_payment_by_tx on x402_payment (tx_tag);

revoke all on x402_wallet, x402_payment from public;
grant select on x402_wallet, x402_payment to farebox_app, farebox_ledger;
grant insert, update on x402_wallet, x402_payment to farebox_app;
grant delete on x402_wallet to farebox_app;
