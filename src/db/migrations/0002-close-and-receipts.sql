-- The close of a day, and receipts that anyone can check.

-- commits --------------------------------------------------------------------------------------------------------------------

-- A node has a small number, so that the number of a commit is one bigint among all nodes: serial << 40 | the node's own count.
alter table node add column serial integer generated always as identity unique;
alter table node add constraint node_serial_fits check (serial < 8388608);

-- The commit that wrote a call; 0 in rows older than receipts. All that a row keeps for its receipt.
alter table usage_event add column commit bigint not null default 0;
create index usage_event_by_commit on usage_event (commit);

-- receipts -------------------------------------------------------------------------------------------------------------------

-- Keys that sign batches. The private half lies in a file of the node that made it, never here.
create table signing_key (
  kid           text primary key,           -- RFC 7638 thumbprint
  jwk           jsonb not null,             -- the public half
  created_at    timestamptz not null,
  signs_from    timestamptz not null,       -- later than created_at, so that a key is known before it is used
  retired_at    timestamptz
);

-- One root over the calls of some commits of one node that are charged to one day. `leaves` are their hashes, 32 bytes each, in order:
-- with them a call's path is found without the other calls' rows, so that one of these can be erased.
create table receipt_batch (
  day           date not null,
  last_commit   bigint not null,            -- the commits after the batch before, up to this one
  node_id       uuid not null,
  count         integer not null check (count > 0),
  root          bytea not null check (octet_length(root) = 32),
  leaves        bytea not null check (octet_length(leaves) = 32 * count),
  kid           text not null references signing_key,
  signature     bytea not null check (octet_length(signature) = 64),
  created_at    timestamptz not null,
  day_path      bytea,                      -- from this batch to the root of its day: 33 bytes a step, side and hash
  primary key (last_commit, day)
) partition by range (day);
alter table receipt_batch alter column leaves set storage external;

-- the close of a day ---------------------------------------------------------------------------------------------------------

-- Days that take no more calls. Written first, so that what follows works on sums that stand still.
create table ended_day (
  day           date primary key,
  ended_at      timestamptz not null
);

-- The salted root over all batches of a day; what is published and stays when the calls are gone.
create table day_root (
  day           date primary key references ended_day,
  root          bytea not null check (octet_length(root) = 32),
  salt          bytea not null check (octet_length(salt) = 32),
  batches       integer not null check (batches > 0),
  created_at    timestamptz not null
);

create index usage_day_open on usage_day (day) where closed_at is null;

-- A commit that was held up past its day is refused; its writer then charges the calls to the day it is.
-- Only what comes after its day is looked at, so that the common row costs a comparison.
create function refuse_ended_day() returns trigger language plpgsql as $$
begin
  if exists (select from ended_day where ended_day.day = new.day) then
    raise exception 'the day % has ended', new.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger usage_day_in_time before insert on usage_day for each row
  when ((clock_timestamp() at time zone 'UTC')::date > new.day) execute function refuse_ended_day();
create trigger usage_day_closed_once before update on usage_day for each row
  when (old.closed_at is not null) execute function refuse_change();

create function refuse_sealed_day() returns trigger language plpgsql as $$
begin
  if exists (select from day_root where day_root.day = new.day) then
    raise exception 'the day % is sealed', new.day using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger receipt_batch_in_time before insert on receipt_batch for each row execute function refuse_sealed_day();
create trigger ended_day_immutable before update or delete on ended_day for each row execute function refuse_change();
create trigger day_root_immutable before update or delete on day_root for each row execute function refuse_change();

-- Makes the partitions of one day if they are not there; runs as its owner, so that no other role needs the right to create tables.
create or replace function ensure_usage_partition(wanted date) returns void language plpgsql security definer set search_path = farebox as $$
declare
  parent text;
  name text;
begin
  foreach parent in array array['usage_event', 'receipt_batch'] loop
    name := parent || '_' || to_char(wanted, 'YYYYMMDD');
    begin
      if to_regclass('farebox.' || name) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', name, parent, wanted, wanted + 1);
      end if;
    exception when duplicate_table then
      null;
    end;
  end loop;
end $$;

-- Drops the calls and batches of one day. Refused while a call of it is not charged, or a batch of it not in the root of its day: what is
-- dropped has to be in the books, and its receipts have to be provable.
create function drop_usage_partition(wanted date) returns void language plpgsql security definer set search_path = farebox as $$
begin
  if exists (select from usage_event e join usage_day d on d.account_id = e.account_id and d.day = e.posted_day
             where e.day = wanted and d.closed_at is null)
    or exists (select from receipt_batch b where b.day = wanted and b.day_path is null) then
    raise exception 'the day % is not closed', wanted using errcode = 'restrict_violation';
  end if;
  execute format('drop table if exists %I', 'usage_event_' || to_char(wanted, 'YYYYMMDD'));
  execute format('drop table if exists %I', 'receipt_batch_' || to_char(wanted, 'YYYYMMDD'));
end $$;

-- grants ---------------------------------------------------------------------------------------------------------------------

grant select on signing_key, receipt_batch, ended_day, day_root to farebox_app, farebox_ledger;
grant insert on signing_key, receipt_batch, ended_day, day_root to farebox_ledger;
grant update (retired_at) on signing_key to farebox_ledger;
grant update (day_path) on receipt_batch to farebox_ledger;
revoke execute on function drop_usage_partition(date) from public;
grant execute on function drop_usage_partition(date) to farebox_ledger;
