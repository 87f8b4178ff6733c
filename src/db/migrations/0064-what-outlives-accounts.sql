-- Choices that were written for accounts after they were erased, by links in old letters.
delete from notification_setting where not exists (
  select from account where account.id = notification_setting.account_id and status <> 'erased');

-- When accounts got credit for signing up, of the last day: of accounts that are erased too, whose gifts go.
create table signup_given (
  id            uuid primary key default gen_random_uuid(),
  given_at      timestamptz not null
);

create function note_signup() returns trigger language plpgsql security definer set search_path = farebox, pg_temp as $$
begin
  insert into signup_given (given_at) values (new.given_at);
  return null;
end $$;
-- Gifts wait until it is known what was given before.
lock table gift in share row exclusive mode;
insert into signup_given (given_at) select given_at from gift where kind = 'signup' and given_at > now() - interval '24 hours';
create trigger note_signup after insert on gift for each row when (new.kind = 'signup') execute function note_signup();

revoke all on signup_given from public;
revoke execute on function note_signup() from public;
grant select on signup_given to farebox_app, farebox_ledger;
grant delete on signup_given to farebox_app;

create or replace function rewritten_tables() returns text[] language sql immutable as $$
  select array['idempotency', 'open_call', 'reconciliation', 'reconciliation_item', 'rail_entry', 'rail_day', 'purged_usage', 'purged_route',
    'purged_call', 'privacy_link', 'support_request', 'sign_in_link', 'account_invitation', 'sign_in_step', 'sign_in_guess',
    'sign_in_address', 'key_address', 'key_alarm', 'sign_up_allowance', 'sign_in_session', 'operator_invitation', 'operator_step',
    'operator_session', 'telegram_code', 'signup_given']
$$;
