-- Every small table that rows are deleted from by their age is written anew, not those alone that came first.
create or replace function rewritten_tables() returns text[] language sql immutable as $$
  select array['idempotency', 'open_call', 'reconciliation', 'reconciliation_item', 'rail_entry', 'rail_day', 'purged_usage', 'purged_route',
    'purged_call', 'privacy_link', 'support_request', 'sign_in_link', 'account_invitation', 'sign_in_step', 'sign_in_guess',
    'sign_in_address', 'key_address', 'key_alarm', 'sign_up_allowance', 'sign_in_session', 'operator_invitation', 'operator_step',
    'operator_session', 'telegram_code']
$$;
