-- Renewals that a saved card pays where the balance does not: who wants that, and which payment was to pay which period, one for each; and up to which
-- renewal a member was told that the balance will not pay it.

create table if not exists card_renewal (
  account_id    uuid primary key,
  daily_maximum bigint not null check (daily_maximum > 0),           -- nano-USD
  state         text not null check (state in ('on', 'off')),
  outcome       text check (outcome ~ '^[a-z_]{1,60}$'),
  is_letter_due boolean not null default false,
  changed_at    timestamptz not null
);
create index if not exists card_renewal_on on card_renewal (account_id) where state = 'on' or is_letter_due;

-- What was charged for a period; another payment takes its place only where the one before brought nothing, and what became of that is `is_followed`.
create table if not exists renewal_charge (
  subscription_id uuid not null references subscription on delete cascade,
  period_start  timestamptz not null,
  account_id    uuid not null,
  payment_id    uuid not null unique references payment,
  is_followed   boolean not null default false,
  created_at    timestamptz not null,
  primary key (subscription_id, period_start)
);
create index if not exists renewal_charge_by_account on renewal_charge (account_id);
create index if not exists renewal_charge_unfollowed on renewal_charge (created_at) where not is_followed;

-- As of topping up: money that goes back, or that a bank takes back, is not charged again.
create or replace function stop_card_renewals() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  update card_renewal set state = 'off', outcome = case new.kind when 'refund' then 'refunded' else 'disputed' end, is_letter_due = true,
    changed_at = clock_timestamp()
  where account_id = new.debit_account and state <> 'off';
  return null;
end $$;

create or replace trigger transfer_stops_renewals after insert on transfer for each row
  when (new.kind in ('refund', 'chargeback') and not starts_with(new.source_key, 'usdc-reorg:')) execute function stop_card_renewals();

alter table subscription add column if not exists uncovered_told_for timestamptz;

revoke all on card_renewal, renewal_charge from public;
grant select on card_renewal, renewal_charge to farebox_app, farebox_ledger;
grant insert, update, delete on card_renewal, renewal_charge to farebox_app;
grant update on card_renewal to farebox_ledger;
