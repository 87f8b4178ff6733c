-- As before; and who is made an admin brings no owner in any more, also by no invitation of before.
create or replace function end_powers_of_member() returns trigger language plpgsql set search_path = farebox as $$
begin
  if tg_op = 'UPDATE' and new.role in ('owner', 'admin') then
    delete from account_invitation
    where new.role = 'admin' and account_id = old.account_id and invited_by = old.person_id and account_invitation.role = 'owner';
    return null;
  end if;
  update management_key set revoked_at = now() where account_id = old.account_id and made_by = old.person_id and revoked_at is null;
  delete from account_invitation where account_id = old.account_id and invited_by = old.person_id;
  -- Of a code that a version before made nobody is known to have made it: it is good for minutes, so all of the account go.
  delete from telegram_code where account_id = old.account_id and (made_by = old.person_id or made_by is null);
  delete from telegram_chat where account_id = old.account_id and made_by = old.person_id;
  return null;
end $$;
delete from account_invitation where role = 'owner' and invited_by is not null and not exists (
  select from account_member where account_member.account_id = account_invitation.account_id and person_id = invited_by and account_member.role = 'owner');
