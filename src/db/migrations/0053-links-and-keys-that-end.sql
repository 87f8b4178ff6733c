-- Whoever reads the mail of an address that an account had before reads links that were sent there: they end with the address, however it is changed.
create function end_mailed_links() returns trigger language plpgsql set search_path = farebox as $$
begin
  delete from privacy_link where account_id = new.id;
  delete from sign_in_link where account_id = new.id;
  return null;
end $$;
create trigger account_links_end after update on account for each row
  when (old.email_lookup is distinct from new.email_lookup) execute function end_mailed_links();

-- Management keys and open invitations end when who made them may make none any more: removed, gone, or of a lesser role.
alter table management_key add column made_by uuid references person on delete set null;  -- null: the operator made it, or its maker is gone
create index management_key_by_maker on management_key (made_by) where made_by is not null;
-- Where one person alone was ever of an account, they made its keys.
update management_key set made_by = alone.person_id from (
  select account_id, (array_agg(person_id))[1] as person_id from account_member group by account_id having count(*) = 1
) as alone where alone.account_id = management_key.account_id;

create function end_powers_of_member() returns trigger language plpgsql set search_path = farebox as $$
begin
  if tg_op = 'UPDATE' and new.role in ('owner', 'admin') then return null; end if;
  update management_key set revoked_at = now() where account_id = old.account_id and made_by = old.person_id and revoked_at is null;
  delete from account_invitation where account_id = old.account_id and invited_by = old.person_id;
  return null;
end $$;
create trigger account_member_powers_end after delete or update of role on account_member
  for each row execute function end_powers_of_member();
-- Before their person is gone, as nothing says who made them then.
create function end_powers_of_person() returns trigger language plpgsql set search_path = farebox as $$
begin
  update management_key set revoked_at = now() where made_by = old.id and revoked_at is null;
  delete from account_invitation where invited_by = old.id;
  return old;
end $$;
create trigger person_powers_end before delete on person for each row execute function end_powers_of_person();

-- Keys for some minutes have an end.
update api_key set revoked_at = now() where is_temporary and expires_at is null and revoked_at is null;
alter table api_key add constraint api_key_temporary_ends check (not is_temporary or expires_at is not null or revoked_at is not null);
