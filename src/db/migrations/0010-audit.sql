-- What operators looked at and changed of people: appended alone, each entry bound to the one before, the end of the chain signed each day.
-- No entry says what was read; it says who, when, which door, and of whom.

create table audit_entry (
  serial        bigint primary key check (serial > 0),
  at            timestamptz not null,
  actor         text not null check (actor ~ '^[a-z0-9][a-z0-9:._-]{0,79}$'),
  action        text not null check (action ~ '^[a-z][a-z0-9._-]{0,59}$'),
  account_id    uuid,                       -- null: it may have concerned every account
  hash          bytea not null check (octet_length(hash) = 32)
);
create index audit_entry_by_account on audit_entry (account_id, serial desc);

-- The end of the chain; whoever appends waits here for the one before.
create table audit_head (
  is_only       boolean primary key default true check (is_only),
  serial        bigint not null check (serial >= 0),
  hash          bytea not null check (octet_length(hash) = 32)
);
insert into audit_head (serial, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Where the chain ended when a day was over, signed and published, so that nobody can cut it later.
create table audit_day (
  day           date primary key,
  last_serial   bigint not null check (last_serial >= 0),
  head          bytea not null check (octet_length(head) = 32),
  kid           text not null references signing_key,
  signature     bytea not null check (octet_length(signature) = 64),
  created_at    timestamptz not null
);

create trigger audit_entry_immutable before update or delete on audit_entry for each row execute function refuse_change();
create trigger audit_day_immutable before update or delete on audit_day for each row execute function refuse_change();

-- Appends an entry: the only way to, one at a time over all nodes, in one trip. What the hash is over stands in src/audit/entry.ts too.
create function append_audit(at timestamptz, actor text, action text, account uuid) returns void
  language plpgsql security definer set search_path = farebox as $$
declare
  before audit_head;
  told text;
  entry_hash bytea;
begin
  select * into before from audit_head for update;
  told := concat_ws(E'\n', before.serial + 1, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), actor, action,
    coalesce(account::text, ''));
  entry_hash := sha256(before.hash || convert_to(told, 'UTF8'));
  insert into audit_entry (serial, at, actor, action, account_id, hash) values (before.serial + 1, at, actor, action, account, entry_hash);
  update audit_head set serial = before.serial + 1, hash = entry_hash;
end $$;

revoke all on audit_entry, audit_head, audit_day from public;
grant select on audit_entry, audit_head to farebox_app;
grant select, insert on audit_day to farebox_app;
revoke execute on function append_audit(timestamptz, text, text, uuid) from public;
grant execute on function append_audit(timestamptz, text, text, uuid) to farebox_app;
grant select on audit_entry, audit_head, audit_day to farebox_ledger;
