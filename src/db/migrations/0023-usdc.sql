-- USDC on EVM chains: addresses derived from an xpub, how far each chain was read, what came in, and what was claimed by hash.

-- The next index of each xpub, by the SHA-256 of the xpub; an index is given once and never again.
create table usdc_xpub (
  xpub_tag      bytea primary key check (octet_length(xpub_tag) = 32),
  next_index    bigint not null check (next_index between 0 and 2147483648)
);

-- Addresses that were given. One whose account is gone stays watched: money that still comes is put before the operator.
create table usdc_address (
  address       bytea primary key check (octet_length(address) = 20),
  xpub_tag      bytea not null references usdc_xpub check (octet_length(xpub_tag) = 32),
  address_index bigint not null check (address_index between 0 and 2147483647),
  account_id    uuid references account on delete set null,
  given_at      timestamptz not null,
  unique (xpub_tag, address_index),
  unique (xpub_tag, account_id)
);
create index usdc_address_by_account on usdc_address (account_id);

-- How far a chain was read, and why it is read no further.
create table usdc_chain (
  chain_id      bigint primary key,
  next_block    bigint not null check (next_block >= 0),
  final_block   bigint not null check (final_block >= 0),
  final_hash    bytea not null check (octet_length(final_hash) = 32),
  latest_block  bigint not null check (latest_block >= 0),
  halted        text check (length(halted) <= 40),
  halted_at     timestamptz,
  read_at       timestamptz not null,
  reader        text check (length(reader) <= 80),       -- the node that reads it, so that no two do
  reader_until  timestamptz
);

-- Transfers to our addresses. What names transaction and sender is a keyed hash, or sealed; the keyed hash stays when a person is erased,
-- so that nothing is credited again.
create table usdc_deposit (
  tag           bytea primary key check (octet_length(tag) = 32),      -- of chain, transaction and log
  tx_tag        bytea not null check (octet_length(tx_tag) = 32),      -- of chain and transaction
  chain_id      bigint not null,
  account_id    uuid references account on delete set null,            -- null: to the house, or gone
  block_number  bigint not null check (block_number >= 0),
  amount        bigint check (amount > 0),                             -- nano-USD; null: more than fits
  state         text not null check (state in ('pending', 'early', 'settled', 'problem', 'withdrawn', 'unclaimed', 'claimed')),
  problem       text check (length(problem) <= 40),                    -- why it was put before the operator
  is_done       boolean not null,                                      -- whether the books have what the state says
  times         integer not null default 0 check (times between 0 and 100),  -- how often it was taken back
  external_id   text not null check (length(external_id) <= 80),           -- what the books know it by
  origin_sealed bytea check (octet_length(origin_sealed) <= 400),
  seen_at       timestamptz not null,
  settled_at    timestamptz
);
create index usdc_deposit_by_tx on usdc_deposit (tx_tag);
create index usdc_deposit_by_account on usdc_deposit (account_id, seen_at);
create index usdc_deposit_open on usdc_deposit (chain_id, block_number) where state in ('pending', 'early') or not is_done;
create index usdc_deposit_by_external on usdc_deposit (external_id);

-- Payments to the house that were claimed by their payer's signature, once: a keyed hash of chain, transaction and payer.
create table usdc_claim (
  tag           bytea primary key check (octet_length(tag) = 32),
  account_id    uuid,                      -- null: gone
  is_given      boolean not null,
  claimed_at    timestamptz not null
);
create index usdc_claim_by_account on usdc_claim (account_id);

revoke all on usdc_xpub, usdc_address, usdc_chain, usdc_deposit, usdc_claim from public;
grant select on usdc_xpub, usdc_address, usdc_chain, usdc_deposit, usdc_claim to farebox_app, farebox_ledger;
grant insert, update on usdc_xpub, usdc_address, usdc_chain, usdc_deposit, usdc_claim to farebox_app;
grant delete on usdc_deposit to farebox_app;
