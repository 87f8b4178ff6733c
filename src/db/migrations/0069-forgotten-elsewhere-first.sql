-- As before; and an erased account is remembered as long as a payment processor has yet to forget it, as whom to ask there goes with it.
create or replace function forget_account(erased uuid) returns boolean language plpgsql security definer set search_path = farebox, pg_temp as $$
begin
  if not exists (select from account_erasure where account_id = erased and state = 'done')
    or exists (select from legal_hold where account_id = erased and until >= current_date)
    or exists (select from stripe_erasure where account_id = erased and state = 'asked') then
    return false;
  end if;
  delete from account where id = erased and status = 'erased';
  delete from privacy_request where account_id = erased;
  delete from inactive_account where account_id = erased;
  delete from account_erasure where account_id = erased;
  return true;
end $$;
