-- Money of payments in coins that goes back to whoever paid: by a transfer that the operator sends and the chain shows, or by the claim that a
-- BTCPay Server pays out. 'asked': the row is there; 'taken': it left the balance, and somebody has to act; 'sent': it is on its way and not final;
-- then 'done'. 'cancelled': it goes back to the balance; 'refused': the balance did not have it.
create table rail_refund (
  id            uuid primary key,
  payment_id    uuid not null references payment,
  account_id    uuid not null,
  rail          text not null check (rail in ('usdc', 'x402', 'btcpay')),
  amount        bigint not null check (amount > 0),                 -- nano-USD
  state         text not null check (state in ('asked', 'taken', 'sent', 'done', 'cancelled', 'refused')),
  outcome       text check (outcome ~ '^[a-z_]{1,60}$'),            -- why it waits or ended
  transfer_id   uuid references transfer,
  return_id     uuid references transfer,                           -- what brought it back to the balance
  asked_at      timestamptz not null,
  sent_at       timestamptz,
  ended_at      timestamptz,
  busy_until    timestamptz,                                        -- until then somebody asks the server
  chain_id      bigint,                                             -- null: not by a chain
  address_sealed bytea check (octet_length(address_sealed) <= 400), -- where it goes
  proof         text check (proof in ('paid_by_signature', 'signature', 'dashboard')),
  tx_tag        bytea check (octet_length(tx_tag) = 32),            -- of chain and transaction
  tx_sealed     bytea check (octet_length(tx_sealed) <= 400),
  transfer_tag  bytea unique check (octet_length(transfer_tag) = 32), -- of the transfer that is it: each is one refund's
  claim_sealed  bytea check (octet_length(claim_sealed) <= 1000)    -- what the server calls it, and its page
);
create index rail_refund_by_payment on rail_refund (payment_id);
create index rail_refund_by_account on rail_refund (account_id, asked_at);
create index rail_refund_open on rail_refund (asked_at) where state in ('asked', 'taken', 'sent');
create index rail_refund_unreturned on rail_refund (asked_at) where state = 'cancelled' and return_id is null;

revoke all on rail_refund from public;
grant select on rail_refund to farebox_app, farebox_ledger;
grant insert, update on rail_refund to farebox_app;
