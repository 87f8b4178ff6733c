-- A key that gets another secret is something that its account is told of: whoever can sign in could have done it.

create or replace function note_key_event() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    perform note_event(new.account_id, 'key.created', jsonb_build_object('key_id', new.id));
  elsif new.revoked_at is not null and old.revoked_at is null then
    perform note_event(new.account_id, 'key.revoked', jsonb_build_object('key_id', new.id));
  elsif new.paused_at is not null and old.paused_at is null then
    perform note_event(new.account_id, 'key.paused', jsonb_build_object('key_id', new.id));
  elsif new.hash <> old.hash then
    perform note_event(new.account_id, 'key.rotated', jsonb_build_object('key_id', new.id));
  end if;
  return null;
end $$;
drop trigger api_key_event on api_key;
create trigger api_key_event after insert or update of revoked_at, paused_at, hash on api_key for each row execute function note_key_event();
