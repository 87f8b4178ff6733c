-- Codes that bind a chat, and chats that were bound by one, go when who made them may make none any more, as management keys and open invitations do.
alter table telegram_code add column if not exists made_by uuid references person on delete set null;  -- null: who made the management key it was asked for with is not known
alter table telegram_chat add column if not exists made_by uuid references person on delete set null;
create index if not exists telegram_code_by_maker on telegram_code (made_by) where made_by is not null;
create index if not exists telegram_chat_by_maker on telegram_chat (made_by) where made_by is not null;

create or replace function end_powers_of_member() returns trigger language plpgsql set search_path = farebox as $$
begin
  if tg_op = 'UPDATE' and new.role in ('owner', 'admin') then return null; end if;
  update management_key set revoked_at = now() where account_id = old.account_id and made_by = old.person_id and revoked_at is null;
  delete from account_invitation where account_id = old.account_id and invited_by = old.person_id;
  -- Of a code that a version before made nobody is known to have made it: it is good for minutes, so all of the account go.
  delete from telegram_code where account_id = old.account_id and (made_by = old.person_id or made_by is null);
  delete from telegram_chat where account_id = old.account_id and made_by = old.person_id;
  return null;
end $$;
create or replace function end_powers_of_person() returns trigger language plpgsql set search_path = farebox as $$
begin
  update management_key set revoked_at = now() where made_by = old.id and revoked_at is null;
  delete from account_invitation where invited_by = old.id;
  delete from telegram_code where made_by = old.id;
  delete from telegram_chat where made_by = old.id;
  return old;
end $$;

-- Of a code it is not kept by which key it was made: where a key ends, all codes of its account go, which are good for minutes.
create or replace function end_codes_of_key() returns trigger language plpgsql set search_path = farebox as $$
begin
  delete from telegram_code where account_id = new.account_id;
  return null;
end $$;
drop trigger if exists management_key_codes_end on management_key;
create trigger management_key_codes_end after update of revoked_at on management_key for each row
  when (old.revoked_at is null and new.revoked_at is not null) execute function end_codes_of_key();

-- With another password whoever was in is out, and so are their codes.
create or replace function end_codes_of_person() returns trigger language plpgsql set search_path = farebox as $$
begin
  delete from telegram_code where made_by = new.id or (account_id = new.account_id and made_by is null);
  return null;
end $$;
drop trigger if exists person_codes_end on person;
create trigger person_codes_end after update of password_hash on person for each row
  when (old.password_hash is distinct from new.password_hash) execute function end_codes_of_person();
