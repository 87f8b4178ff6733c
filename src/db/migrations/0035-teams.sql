-- Teams: who invites whom into an account, who made which key, what a member may spend, and keys that end with the session of a browser.

-- Keys of one member that share a cap. They are no end user's; when the member is gone for good, the cap stays on what keys they left.
alter table key_group
  add column is_member boolean not null default false,
  add column member_id uuid references person on delete set null;
create unique index key_group_of_member on key_group (account_id, member_id) where member_id is not null;
create index key_group_by_member on key_group (member_id) where member_id is not null;

alter table api_key
  add column made_by uuid references person on delete set null,             -- null: a management key or the operator made it
  add column session_id uuid references sign_in_session on delete set null, -- the session that it ends with
  add column is_temporary boolean not null default false;
create index api_key_by_maker on api_key (made_by) where made_by is not null;
create index api_key_by_session on api_key (session_id) where session_id is not null;
create index api_key_temporary on api_key (account_id, expires_at) where is_temporary and revoked_at is null;

-- However a session ends, its keys end in the same moment.
create function end_session_keys() returns trigger language plpgsql set search_path = farebox, pg_temp as $$
begin
  update api_key set revoked_at = new.ended_at where session_id = new.id and revoked_at is null;
  return null;
end $$;
create trigger sign_in_session_ended after update of ended_at on sign_in_session for each row
  when (old.ended_at is null and new.ended_at is not null) execute function end_session_keys();

-- Who may join an account, in what role: once, by what is in a letter or handed over, of which the hash is kept.
create table account_invitation (
  id            uuid primary key,
  account_id    uuid not null references account on delete cascade,
  token_hash    bytea not null unique check (octet_length(token_hash) = 32),
  email_sealed  bytea check (octet_length(email_sealed) <= 1000),           -- null: handed over, not mailed
  role          text not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
  invited_by    uuid references person on delete set null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null
);
create index account_invitation_by_account on account_invitation (account_id, created_at);
create index account_invitation_by_inviter on account_invitation (invited_by) where invited_by is not null;
create index account_invitation_by_end on account_invitation (expires_at);

revoke all on account_invitation from public;
grant select on account_invitation to farebox_app, farebox_ledger;
grant insert, delete on account_invitation to farebox_app;
