-- How much of a payment was given back or taken back, in nano-USD, and whether the gifts that came with it follow that already.
alter table payment add column taken_back bigint not null default 0 check (taken_back between 0 and amount);
alter table payment add column is_followed boolean not null default true;
create index payment_unfollowed on payment (created_at) where not is_followed;
create index payment_by_transfer on payment (transfer_id) where transfer_id is not null;

-- What of a gift is taken back as its payment was, written down before the books take it. `wanted` is its part of what went back; `amount` is
-- what is taken, which is less where nothing is left and nothing is to be owed.
create table gift_take (
  id            uuid primary key,
  gift_id       uuid not null,
  account_id    uuid not null,
  wanted        bigint not null check (wanted > 0),
  amount        bigint not null check (amount between 0 and wanted),
  planned_at    timestamptz not null,
  transfer_id   uuid,                                             -- null: not in the journal yet
  is_returned   boolean not null default false,                   -- the payment came back, and so does this
  return_id     uuid
);
create index gift_take_by_gift on gift_take (gift_id);
create index gift_take_by_account on gift_take (account_id);
create index gift_by_transfer on gift (transfer_id) where transfer_id is not null;
revoke all on gift_take from public;
grant select on gift_take to farebox_app, farebox_ledger;
grant insert, update, delete on gift_take to farebox_app;
