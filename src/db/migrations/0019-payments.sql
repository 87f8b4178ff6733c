-- Getting paid: what somebody began to pay, what came in and fits nothing, keys that manage and cannot call.

-- Of which purchase a transfer returns money; more than one may, up to the price.
alter table transfer add column returns uuid references transfer;
create index transfer_by_returned on transfer (returns) where returns is not null;

-- A payment from the moment somebody asks to pay, or something arrives unasked. 'paid': its deposit is in the journal, and what else it brings
-- (a bonus, the thing that was bought) may still be to do; 'settled': that is done as well.
create table payment (
  id            uuid primary key,
  account_id    uuid not null,
  rail          text not null check (rail ~ '^[a-z0-9]{1,20}$'),
  purpose       jsonb not null,
  amount        bigint not null check (amount > 0),      -- nano-USD: asked for, and what came once it is paid
  state         text not null check (state in ('open', 'pending', 'paid', 'settled', 'failed', 'expired', 'refunded', 'disputed')),
  rail_ref      text check (length(rail_ref) <= 200),    -- what the rail calls it, while it is open
  external_key  text check (length(external_key) <= 200),  -- keyed hash of what the rail knows the money by; also in the journal
  outcome       text check (outcome ~ '^[a-z_]{1,60}$'), -- why it failed, or why what was bought was not given
  transfer_id   uuid references transfer,
  created_at    timestamptz not null,
  expires_at    timestamptz,
  ended_at      timestamptz,
  unique (rail, external_key)
);
create unique index payment_by_ref on payment (rail, rail_ref) where rail_ref is not null;
create index payment_by_account on payment (account_id, created_at desc);
create index payment_unfinished on payment (created_at) where state in ('open', 'pending', 'paid');

-- Money that came and fits nothing, or a rail that contradicts itself: for the operator to look at. Nothing is credited by itself.
create table payment_problem (
  id            uuid primary key,
  rail          text not null check (rail ~ '^[a-z0-9]{1,20}$'),
  code          text not null check (code ~ '^[a-z_]{1,60}$'),
  external_key  text not null check (length(external_key) <= 200),
  ref_sealed    bytea,                                   -- what the rail calls it, sealed
  account_id    uuid,
  amount        bigint check (amount >= 0),              -- nano-USD, where it can be said
  created_at    timestamptz not null,
  resolved_at   timestamptz,
  resolution    text check (resolution in ('credited', 'dismissed')),
  transfer_id   uuid references transfer,
  unique (rail, external_key, code)
);
create index payment_problem_open on payment_problem (created_at) where resolved_at is null;

-- Keys that manage an account and cannot call a model; only their hash is kept.
create table management_key (
  id            uuid primary key,
  account_id    uuid not null references account on delete cascade,
  hash          bytea not null unique check (octet_length(hash) = 32),
  name_sealed   bytea,
  hint          text not null check (length(hint) <= 32),
  created_at    timestamptz not null,
  revoked_at    timestamptz
);
create index management_key_by_account on management_key (account_id);

revoke all on payment, payment_problem, management_key from public;
grant select on payment, payment_problem, management_key to farebox_app, farebox_ledger;
grant insert, update on payment, payment_problem, management_key to farebox_app;
grant delete on management_key to farebox_app;
