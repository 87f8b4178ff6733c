-- Money that goes back to whoever paid, or that a bank takes back, is not to be charged to their card again: an account stops topping itself up in
-- the transaction that books it, whichever way it was paid. Coins that a chain took back went to nobody.
create or replace function stop_auto_top_up() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  update auto_top_up set state = 'off', outcome = case new.kind when 'refund' then 'refunded' else 'disputed' end, is_letter_due = true,
    changed_at = clock_timestamp()
  where account_id = new.debit_account and state <> 'off';
  return null;
end $$;

create or replace trigger transfer_stops_top_up after insert on transfer for each row
  when (new.kind in ('refund', 'chargeback') and not starts_with(new.source_key, 'usdc-reorg:')) execute function stop_auto_top_up();

grant update on auto_top_up to farebox_ledger;
