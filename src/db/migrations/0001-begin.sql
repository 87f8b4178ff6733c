-- The first tables, in their final form: who, catalogue, money, calls.
-- Roles: the migration role owns everything; farebox_app keeps people, keys and the catalogue; farebox_ledger alone may write money.
-- Both are made by the runner before the first migration, as roles belong to the whole server.

-- who ------------------------------------------------------------------------------------------------------------------------

create table account (
  id            uuid primary key,
  email_sealed  bytea,                      -- ciphertext under a key kept outside the database
  email_lookup  bytea unique,               -- keyed HMAC, so that an address is found without being readable
  status        text not null default 'active' check (status in ('active', 'suspended')),
  requests_per_minute integer check (requests_per_minute > 0),
  tokens_per_minute   integer check (tokens_per_minute > 0),
  concurrent_calls    integer check (concurrent_calls > 0),
  created_at    timestamptz not null default now()
);

create table api_key (
  id            uuid primary key,
  account_id    uuid not null references account,
  hash          bytea not null unique check (octet_length(hash) = 32),
  name          text not null check (length(name) between 1 and 100),
  hint          text not null,              -- the first and last characters, for people to tell keys apart
  requests_per_minute integer check (requests_per_minute > 0),
  tokens_per_minute   integer check (tokens_per_minute > 0),
  concurrent_calls    integer check (concurrent_calls > 0),
  models        text[],                     -- null: every model
  expires_at    timestamptz,
  revoked_at    timestamptz,
  created_at    timestamptz not null default now()
);
create index api_key_by_account on api_key (account_id);

-- catalogue ------------------------------------------------------------------------------------------------------------------

create table upstream (
  serial        integer generated always as identity primary key,
  id            text not null unique,
  kind          text not null,
  base_url      text not null,
  api_key_sealed bytea,
  placement     text not null check (placement in ('third_party', 'local')),
  privacy       jsonb not null default '{}',
  source        text not null check (source in ('file', 'environment', 'operator', 'sandbox')),
  is_active     boolean not null default true
);

create table model (
  serial        integer generated always as identity primary key,
  id            text not null unique,
  context       integer not null check (context > 0),
  output_max    integer not null check (output_max > 0),
  source        text not null check (source in ('file', 'environment', 'operator', 'sandbox')),
  is_active     boolean not null default true,
  created_at    timestamptz not null default now()
);

create table price_version (
  id            integer generated always as identity primary key,
  model_serial  integer not null references model,
  -- nano-USD per million tokens
  input         bigint not null check (input >= 0),
  output        bigint not null check (output >= 0),
  cache_read    bigint not null check (cache_read >= 0),
  cache_write_5m bigint not null check (cache_write_5m >= 0),
  cache_write_1h bigint not null check (cache_write_1h >= 0),
  created_at    timestamptz not null default now()
);
create index price_version_by_model on price_version (model_serial, id desc);

create table route (
  serial        integer generated always as identity primary key,
  model_serial  integer not null references model,
  upstream_serial integer not null references upstream,
  upstream_model text not null,
  priority      integer not null default 1,
  cost          jsonb not null default '{}',  -- what the upstream asks, decimal USD per million tokens
  is_active     boolean not null default true,
  unique (model_serial, upstream_serial, upstream_model)
);

-- money ----------------------------------------------------------------------------------------------------------------------

create table ledger_account (
  id            uuid primary key,
  kind          text not null check (kind in
                  ('customer', 'revenue', 'upstream_cost', 'shortfall', 'promotions', 'deposits', 'refunds', 'debt'))
);
insert into ledger_account (id, kind) values
  ('00000000-0000-0000-0000-000000000001', 'revenue'),
  ('00000000-0000-0000-0000-000000000002', 'upstream_cost'),
  ('00000000-0000-0000-0000-000000000003', 'shortfall'),
  ('00000000-0000-0000-0000-000000000004', 'promotions'),
  ('00000000-0000-0000-0000-000000000005', 'deposits'),
  ('00000000-0000-0000-0000-000000000006', 'refunds'),
  ('00000000-0000-0000-0000-000000000007', 'debt');

-- What a customer has: free to be sliced, and set aside in slices. The sum of both is what the journal and the open days say.
create table balance (
  account_id    uuid primary key references ledger_account,
  available     bigint not null default 0 check (available >= 0),
  held          bigint not null default 0 check (held >= 0)
);

-- The journal: immutable movements, each between two accounts, so that it sums to zero by construction.
create table transfer (
  id            uuid primary key,
  debit_account uuid not null references ledger_account,
  credit_account uuid not null references ledger_account,
  amount        bigint not null check (amount > 0),
  kind          text not null,
  source_key    text not null unique,
  input_hash    bytea not null,
  reason        text,
  reverses      uuid unique references transfer,
  created_at    timestamptz not null default now(),
  check (debit_account <> credit_account)
);
create index transfer_by_debit on transfer (debit_account, created_at);
create index transfer_by_credit on transfer (credit_account, created_at);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger transfer_immutable before update or delete on transfer for each row execute function refuse_change();
create trigger price_version_immutable before update or delete on price_version for each row execute function refuse_change();

-- A node and the number of its last commit, by which it learns what became of one whose answer was lost.
create table node (
  id            uuid primary key,
  last_commit   bigint not null default 0
);

-- Money a node set aside from an account; balance.held is the sum of an account's slices.
create table slice (
  node_id       uuid not null,
  account_id    uuid not null references balance,
  amount        bigint not null check (amount >= 0),
  primary key (node_id, account_id)
);
create index slice_by_account on slice (account_id);

-- Calls open for more than five seconds, with what they have used so far; what is charged if gateway and control die together.
create table open_call (
  request_id    uuid primary key,
  node_id       uuid not null,
  account_id    uuid not null references balance,
  key_id        uuid not null,
  day           date not null,
  model_serial  integer not null,
  route_serial  integer not null,
  price_version integer not null,
  hold          bigint not null check (hold >= 0),
  started_at    timestamptz not null,
  updated_at    timestamptz not null default now(),
  input         integer not null, cache_read integer not null, cache_write_5m integer not null, cache_write_1h integer not null,
  output        integer not null, reasoning integer not null
);

-- calls ----------------------------------------------------------------------------------------------------------------------

-- One row per settled call. `day` comes with the hold, so a settlement sent twice meets itself; `posted_day` is the day it is charged to.
create table usage_event (
  day           date not null,
  request_id    uuid not null,
  posted_day    date not null,
  account_id    uuid not null,
  key_id        uuid not null,
  started_at    timestamptz not null,
  model_serial  integer not null,
  route_serial  integer not null,
  price_version integer not null,
  outcome       smallint not null,
  status        smallint not null,
  usage_source  smallint not null,
  reported_model smallint not null,
  is_stream     boolean not null,
  is_suspect    boolean not null,
  latency_ms    integer not null,
  first_byte_ms integer,
  input         integer not null check (input >= 0),
  cache_read    integer not null check (cache_read >= 0),
  cache_write_5m integer not null check (cache_write_5m >= 0),
  cache_write_1h integer not null check (cache_write_1h >= 0),
  output        integer not null check (output >= 0),
  reasoning     integer not null check (reasoning >= 0),
  hold          bigint not null check (hold >= 0),
  cost          bigint not null check (cost >= 0),
  shortfall     bigint not null default 0 check (shortfall >= 0),
  primary key (day, request_id),
  check (cost <= hold)
) partition by range (day);
create index usage_event_by_account on usage_event (account_id, started_at desc);
create index usage_event_by_posted_day on usage_event (posted_day, account_id);

-- Sums of the rows by account and the day they are charged to; closed by one transfer.
create table usage_day (
  account_id    uuid not null references balance,
  day           date not null,
  cost          bigint not null default 0 check (cost >= 0),
  shortfall     bigint not null default 0 check (shortfall >= 0),
  calls         bigint not null default 0,
  transfer_id   uuid references transfer,
  closed_at     timestamptz,
  primary key (account_id, day)
);

-- Makes the partition of one day if it is not there; runs as its owner, so that no other role needs the right to create tables.
create function ensure_usage_partition(wanted date) returns void language plpgsql security definer set search_path = farebox as $$
declare
  name text := 'usage_event_' || to_char(wanted, 'YYYYMMDD');
begin
  if to_regclass('farebox.' || name) is null then
    execute format('create table %I partition of usage_event for values from (%L) to (%L)', name, wanted, wanted + 1);
  end if;
exception when duplicate_table then
  null;
end $$;

-- the rest -------------------------------------------------------------------------------------------------------------------

-- Answers to POSTs that carried an Idempotency-Key; no secret is in them.
create table idempotency (
  key_hash      bytea primary key,
  input_hash    bytea not null,
  status        smallint not null,
  response      jsonb not null,
  created_at    timestamptz not null default now()
);

-- Every change that gateways must hear of is told at commit, on one node as on many.
create function tell_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('farebox_change', tg_argv[0] || ':' || coalesce(new.id::text, ''));
  return null;
end $$;
create trigger api_key_told after update on api_key for each row execute function tell_change('key');
create trigger account_told after update on account for each row execute function tell_change('account');
create function tell_catalog() returns trigger language plpgsql as $$
begin
  perform pg_notify('farebox_change', 'catalog:');
  return null;
end $$;
create trigger upstream_told after insert or update or delete on upstream for each statement execute function tell_catalog();
create trigger model_told after insert or update or delete on model for each statement execute function tell_catalog();
create trigger route_told after insert or update or delete on route for each statement execute function tell_catalog();
create trigger price_version_told after insert on price_version for each statement execute function tell_catalog();

-- grants ---------------------------------------------------------------------------------------------------------------------

revoke all on all tables in schema farebox from public;
grant usage on schema farebox to farebox_app, farebox_ledger;
grant select on all tables in schema farebox to farebox_app, farebox_ledger;
grant insert, update on account, api_key to farebox_app;
grant insert, update, delete on upstream, model, route, idempotency to farebox_app;
grant insert on price_version to farebox_app;
grant insert on ledger_account, transfer, usage_event to farebox_ledger;
grant insert, update on node, balance, slice, usage_day, open_call to farebox_ledger;
grant delete on slice, open_call to farebox_ledger;
grant usage on all sequences in schema farebox to farebox_app, farebox_ledger;
revoke execute on function ensure_usage_partition(date) from public;
grant execute on function ensure_usage_partition(date) to farebox_ledger;
