-- What identifies a person is sealed under a key of that person, which lies outside this database and its backups.

-- Persons whose key was destroyed, as a keyed HMAC; the same records lie in a file of the data directory, so that neither an old database
-- nor an old folder of keys brings one back.
create table erasure (
  subject_tag   bytea primary key check (octet_length(subject_tag) = 32),
  destroyed_at  timestamptz not null
);
create trigger erasure_immutable before update or delete on erasure for each row execute function refuse_change();

-- Whether an account has its key; one from before keys gets it at the next start. One that has lost its key does not get another.
alter table account add column is_keyed boolean not null default false;
create index account_unkeyed on account (id) where not is_keyed;

-- The plain columns are emptied at the next start; nothing new comes into them.
alter table api_key alter column name drop not null;
alter table api_key add column name_sealed bytea;
alter table api_key add constraint api_key_name_sealed check (name is null) not valid;
create index api_key_unsealed on api_key (id) where name is not null;
alter table transfer add column reason_sealed bytea;
alter table transfer add constraint transfer_reason_sealed check (reason is null) not valid;
create index transfer_unsealed on transfer (id) where reason is not null;

-- A transfer never changes, but for the one step from a plain reason to a sealed one, whose input is hashed under the same key from then on.
create function refuse_transfer_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.reason is not null and new.reason is null and old.reason_sealed is null and new.reason_sealed is not null
      and (to_jsonb(old) - '{reason,reason_sealed,input_hash}'::text[]) = (to_jsonb(new) - '{reason,reason_sealed,input_hash}'::text[])
    then
      return new;
    end if;
  end if;
  raise exception 'transfer is append-only' using errcode = 'restrict_violation';
end $$;
drop trigger transfer_immutable on transfer;
create trigger transfer_immutable before update or delete on transfer for each row execute function refuse_transfer_change();

-- That step, so that no role needs the right to change transfers.
create function seal_transfer_reason(wanted uuid, sealed bytea, hash bytea) returns void
  language sql security definer set search_path = farebox, pg_temp as $$
  update transfer set reason = null, reason_sealed = sealed, input_hash = hash where id = wanted and reason is not null;
$$;

revoke all on erasure from public;
revoke execute on function seal_transfer_reason(uuid, bytea, bytea) from public;
grant select on erasure to farebox_app, farebox_ledger;
grant insert on erasure to farebox_app;
grant execute on function seal_transfer_reason(uuid, bytea, bytea) to farebox_ledger;
