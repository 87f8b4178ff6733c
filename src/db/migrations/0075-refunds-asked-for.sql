-- Money that a customer asked to have back and that a person decides on: where the house decides case by case, or where it could not go at once. It is
-- judged by the rules and the clock of when it was asked for. 'accepted': `refund_id` names what went back, in rail_refund or stripe_refund.
create table if not exists refund_wish (
  id            uuid primary key,
  account_id    uuid not null,
  payment_id    uuid not null references payment,
  amount        bigint not null check (amount > 0),                 -- nano-USD
  state         text not null check (state in ('open', 'accepted', 'declined')),
  asked_at      timestamptz not null,
  decided_at    timestamptz,
  refund_id     uuid,
  reason_sealed bytea check (octet_length(reason_sealed) <= 2400)   -- why it was declined
);
create unique index if not exists refund_wish_open on refund_wish (payment_id) where state = 'open';
create index if not exists refund_wish_by_payment on refund_wish (payment_id, asked_at);
create index if not exists refund_wish_by_account on refund_wish (account_id);
create index if not exists refund_wish_waiting on refund_wish (asked_at) where state = 'open';

revoke all on refund_wish from public;
grant select, insert, update, delete on refund_wish to farebox_app;
